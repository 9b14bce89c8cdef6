package dev.berth.agent.monitor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.common.id.ContainerId;
import dev.berth.common.id.Labels;
import dev.berth.common.monitor.ContainerMetric;
import dev.berth.common.monitor.Values;
import dev.berth.common.wire.FeedMessage.ContainerState;
import java.util.Optional;

/**
 * A running container that is to be measured, with what the engine alone knows of it.
 *
 * @param pid its first process, in the namespace of the engine
 */
record Watched(ContainerId id, String name, String tenant, long pid, long restarts, double health) {

  /** Empty for a container that does not run. */
  static Optional<Watched> of(ContainerState state) {
    JsonNode now = state.detail().path("State");
    long pid = now.path("Pid").asLong();
    if (!now.path("Running").asBoolean() || pid <= 0) {
      return Optional.empty();
    }
    String name = state.detail().path("Name").asText();
    return Optional.of(
        new Watched(
            new ContainerId(state.summary().path("Id").asText()),
            name.startsWith("/") ? name.substring(1) : name,
            state.summary().path("Labels").path(Labels.TENANT).asText(),
            pid,
            state.detail().path("RestartCount").asLong(),
            health(now.path("Health").path("Status").asText())));
  }

  private static double health(String status) {
    return switch (status) {
      case "starting" -> 1;
      case "healthy" -> 2;
      case "unhealthy" -> 3;
      default -> 0;
    };
  }

  void addTo(Values<ContainerMetric> values) {
    values.put(ContainerMetric.RESTARTS, restarts);
    values.put(ContainerMetric.HEALTH, health);
  }
}

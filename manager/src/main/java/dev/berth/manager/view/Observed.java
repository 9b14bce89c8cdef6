package dev.berth.manager.view;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.ContainerId;
import dev.berth.common.id.Labels;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.common.wire.FeedMessage.ContainerState;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A container as an engine showed it.
 *
 * @param summary its entry of the engine's list
 * @param created to the nanosecond: lists are in this order
 * @param status the words of {@code docker ps}, but for how long ago
 * @param exposed ports of the image and of the create call, as 80/tcp
 * @param published ports of the host
 * @param aliases the names that it has beside its own, by the engine's name of the network
 */
record Observed(
    ContainerId id,
    ObjectNode summary,
    Instant created,
    Status status,
    Set<String> exposed,
    Set<PublishedPort> published,
    Map<String, List<String>> aliases) {

  static Observed of(ContainerState state) {
    ObjectNode summary = (ObjectNode) state.summary();
    JsonNode detail = state.detail();
    Set<String> exposed = new TreeSet<>();
    detail.path("Config").path("ExposedPorts").fieldNames().forEachRemaining(exposed::add);
    Map<String, List<String>> aliases = new HashMap<>();
    for (Map.Entry<String, JsonNode> network :
        detail.path("NetworkSettings").path("Networks").properties()) {
      aliases.put(
          network.getKey(),
          network.getValue().path("Aliases").valueStream().map(JsonNode::asText).toList());
    }
    return new Observed(
        new ContainerId(summary.path("Id").asText()),
        summary,
        instant(detail.path("Created").asText()),
        Status.of(detail.path("State"), detail.path("RestartCount").asInt()),
        exposed,
        PublishedPort.of(detail.path("HostConfig").path("PortBindings")),
        aliases);
  }

  static Instant instant(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException e) {
      return Instant.EPOCH;
    }
  }

  String label(String name) {
    return summary.path("Labels").path(name).asText("");
  }

  Optional<RecordId> record() {
    try {
      return Optional.of(new RecordId(label(Labels.RECORD)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  Optional<TenantId> tenant() {
    try {
      return Optional.of(new TenantId(label(Labels.TENANT)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  String state() {
    return summary.path("State").asText();
  }
}

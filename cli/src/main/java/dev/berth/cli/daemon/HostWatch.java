package dev.berth.cli.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.CommandFailure;
import dev.berth.cli.client.OpsClient;
import dev.berth.cli.client.Targets;
import java.time.Duration;
import java.time.Instant;

/** Waits until hosts can be used, as a manager's operations API tells it. */
final class HostWatch {
  private static final Duration LIMIT = Duration.ofSeconds(45);
  private static final long PAUSE_MILLIS = 100;

  private HostWatch() {}

  /** Waits until so many hosts are healthy. */
  static void await(Run run, int hosts) {
    OpsClient client = new OpsClient(Targets.operatorOf(run));
    Instant end = Instant.now().plus(LIMIT);
    int healthy = 0;
    while (Instant.now().isBefore(end)) {
      healthy = healthy(client.get("/berth/v1/hosts"));
      if (healthy >= hosts) {
        return;
      }
      pause();
    }
    throw new CommandFailure(
        "only %d of %d hosts were healthy after %d s: look at the agents' logs in %s"
            .formatted(healthy, hosts, LIMIT.toSeconds(), run.data()));
  }

  private static int healthy(JsonNode answer) {
    int healthy = 0;
    for (JsonNode host : answer.isArray() ? answer : answer.path("hosts")) {
      if (host.path("state").asText().equalsIgnoreCase("healthy")) {
        healthy++;
      }
    }
    return healthy;
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted while waiting for hosts", e);
    }
  }
}

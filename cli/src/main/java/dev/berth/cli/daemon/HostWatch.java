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
  private static final long PAUSE_MILLIS = 50;

  private HostWatch() {}

  /**
   * Waits until so many hosts are up.
   *
   * @param check runs with each look; throws when there is no hope
   */
  static void await(Run run, int hosts, Runnable check) {
    OpsClient client = new OpsClient(Targets.operatorOf(run));
    Instant end = Instant.now().plus(LIMIT);
    int up = 0;
    while (Instant.now().isBefore(end)) {
      up = up(client.get("/berth/v1/hosts"));
      if (up >= hosts) {
        return;
      }
      check.run();
      pause();
    }
    throw new CommandFailure(
        "only %d of %d hosts were up after %d s: look at the agents' logs in %s"
            .formatted(up, hosts, LIMIT.toSeconds(), run.data()));
  }

  private static int up(JsonNode answer) {
    int up = 0;
    for (JsonNode host : answer.isArray() ? answer : answer.path("hosts")) {
      // One that answers has an address, whatever an operator wants of it.
      if (!host.path("address").asText().isEmpty()) {
        up++;
      }
    }
    return up;
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

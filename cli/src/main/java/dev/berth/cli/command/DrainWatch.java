package dev.berth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.Surroundings;
import dev.berth.cli.client.OpsClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Watches a host become empty. */
final class DrainWatch {
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final int LEFT = 1;

  private final Surroundings surroundings;
  private final OpsClient client;
  private final String path;

  DrainWatch(Surroundings surroundings, OpsClient client, String path) {
    this.surroundings = surroundings;
    this.client = client;
    this.path = path;
  }

  /** Returns the exit code when nothing is left that can go, or the time is up. */
  int show(ClientOptions options, Duration timeout) {
    long end = System.nanoTime() + timeout.toNanos();
    int shown = -1;
    while (true) {
      JsonNode plan = client.get(path);
      List<JsonNode> going = new ArrayList<>();
      List<JsonNode> staying = new ArrayList<>();
      for (JsonNode container : plan.path("containers")) {
        (container.path("why").asText().isEmpty() ? going : staying).add(container);
      }
      boolean isOver = going.isEmpty() || System.nanoTime() - end >= 0;
      if (isOver) {
        options.printList(
            surroundings, plan, "containers", () -> print(plan, going, staying, timeout));
        return going.isEmpty() && staying.isEmpty() ? 0 : LEFT;
      }
      if (going.size() != shown && options.isText()) {
        shown = going.size();
        surroundings.err().printf("%d to go, %d stay%n", going.size(), staying.size());
        surroundings.err().flush();
      }
      LockSupport.parkNanos(PAUSE_NANOS);
      if (Thread.currentThread().isInterrupted()) {
        return LEFT;
      }
    }
  }

  private void print(
      JsonNode plan, List<JsonNode> going, List<JsonNode> staying, Duration timeout) {
    if (going.isEmpty() && staying.isEmpty()) {
      surroundings
          .out()
          .printf(
              "Nothing is left on the host. Next: mend it and 'berth host uncordon' it, or take it"
                  + " away.%n");
      return;
    }
    Table table = new Table("TENANT", "CONTAINER", "GOES", "WHY NOT");
    for (JsonNode container : plan.path("containers")) {
      String why = container.path("why").asText();
      table.row(
          container.path("tenant").asText(),
          container.path("name").asText(),
          why.isEmpty() ? "yes" : "no",
          why);
    }
    table.print(surroundings.out());
    if (!timeout.isZero() && !going.isEmpty()) {
      surroundings.out().printf("The time is up; the draining goes on.%n");
    }
  }
}

package dev.berth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.CommandFailure;
import dev.berth.cli.Surroundings;
import dev.berth.cli.client.OpsClient;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "rebalance",
    description = {
      "Show which containers would be better on other hosts.",
      "Nothing is moved: each of them would be stopped and started again.",
      "",
      "  berth rebalance --dry-run --goal binpack"
    })
final class RebalanceCommand implements Runnable {
  private final Surroundings surroundings;

  @Mixin private ClientOptions options;

  @Option(names = "--dry-run", required = true, description = "Only show: there is no other way.")
  private boolean isTrial;

  @Option(
      names = "--goal",
      paramLabel = "spread|balanced|binpack",
      description =
          "What the fleet shall come nearer to: hosts equally full, no resource much scarcer than"
              + " others, or as few hosts in use as can be (default: what the cluster's strategy"
              + " comes to).")
  private Goal goal;

  /** What the fleet shall come nearer to. */
  enum Goal {
    SPREAD,
    BALANCED,
    BINPACK
  }

  RebalanceCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public void run() {
    if (!isTrial) {
      throw new CommandFailure("moves can only be shown: give --dry-run");
    }
    OpsClient client = new OpsClient(options.targets(surroundings).operator());
    JsonNode plan =
        client.get(
            "/berth/v1/rebalance"
                + (goal == null ? "" : "/" + goal.name().toLowerCase(Locale.ROOT)));
    JsonNode hosts = client.get("/berth/v1/hosts");
    Map<String, String> names = new HashMap<>();
    Fields.items(hosts, "hosts")
        .forEach(host -> names.put(host.path("id").asText(), host.path("name").asText()));
    options.printList(surroundings, plan, "moves", () -> print(plan, names));
  }

  private void print(JsonNode plan, Map<String, String> names) {
    if (plan.path("moves").isEmpty()) {
      surroundings.out().printf("Nothing is to be gained.%n");
    } else {
      Table moves = new Table("TENANT", "CONTAINER", "FROM", "TO", "RUNS");
      for (JsonNode move : plan.path("moves")) {
        moves.row(
            move.path("tenant").asText(),
            move.path("name").asText(),
            name(names, move.path("from").asText()),
            name(names, move.path("to").asText()),
            move.path("isRunning").asBoolean() ? "yes" : "no");
      }
      moves.print(surroundings.out());
    }
    for (JsonNode stay : plan.path("stays")) {
      surroundings
          .out()
          .printf(
              "%s/%s stays on %s: %s%n",
              stay.path("tenant").asText(),
              stay.path("name").asText(),
              name(names, stay.path("host").asText()),
              stay.path("why").asText());
    }
    int more = plan.path("moreStays").asInt();
    if (more > 0) {
      surroundings.out().printf("%d more cannot move.%n", more);
    }
    surroundings
        .out()
        .printf(
            Locale.ROOT,
            "Goal: %s. Hosts in use: %d, then %d. Fullest: %.0f %%, then %.0f %%.%n",
            plan.path("goal").asText(),
            plan.at("/before/used").asInt(),
            plan.at("/after/used").asInt(),
            plan.at("/before/fullest").asDouble(),
            plan.at("/after/fullest").asDouble());
  }

  private static String name(Map<String, String> names, String id) {
    return names.getOrDefault(id, id);
  }
}

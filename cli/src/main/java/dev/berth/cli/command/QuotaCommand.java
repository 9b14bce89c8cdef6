package dev.berth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.Surroundings;
import dev.berth.cli.client.OpsClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "quota", description = "Show what your tenant may have, and what it has.")
final class QuotaCommand implements Runnable {
  private final Surroundings surroundings;

  @Mixin private ClientOptions options;

  QuotaCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public void run() {
    JsonNode answer = new OpsClient(options.targets(surroundings).user()).get("/berth/v1/quota");
    options.print(surroundings, answer, () -> show(answer));
  }

  private void show(JsonNode answer) {
    if (answer.path("quota").isEmpty()) {
      surroundings
          .out()
          .println("The tenant " + answer.path("tenant").asText() + " has no limits.");
      return;
    }
    Table table = new Table("OF", "HAS");
    answer
        .path("quota")
        .properties()
        .forEach(limit -> table.row(limit.getKey(), limit.getValue().path("text").asText()));
    table.print(surroundings.out());
  }
}

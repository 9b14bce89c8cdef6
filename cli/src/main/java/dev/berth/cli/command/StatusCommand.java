package dev.berth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.Surroundings;
import dev.berth.cli.client.OpsClient;
import dev.berth.cli.client.Target;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "status", description = "Show whether a manager runs, and how its cluster is.")
final class StatusCommand implements Runnable {
  private final Surroundings surroundings;

  @Mixin private ClientOptions options;

  StatusCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public void run() {
    Target target = options.targets(surroundings).operator();
    JsonNode answer = new OpsClient(target).get("/berth/v1/status");
    options.print(
        surroundings,
        answer,
        () -> {
          surroundings.out().printf("manager: %s%n", target.uri());
          surroundings.out().print(Fields.text(answer));
        });
  }
}

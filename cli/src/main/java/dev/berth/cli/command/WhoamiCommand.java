package dev.berth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.Surroundings;
import dev.berth.cli.client.OpsClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "whoami", description = "Show who you are, in which tenant and with which role.")
final class WhoamiCommand implements Runnable {
  private final Surroundings surroundings;

  @Mixin private ClientOptions options;

  WhoamiCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public void run() {
    JsonNode answer = new OpsClient(options.targets(surroundings).user()).get("/berth/v1/whoami");
    options.print(
        surroundings,
        answer,
        () ->
            surroundings
                .out()
                .printf(
                    "%s in tenant %s, as %s%n",
                    answer.path("user").asText(),
                    answer.path("tenant").asText(),
                    answer.path("role").asText()));
  }
}

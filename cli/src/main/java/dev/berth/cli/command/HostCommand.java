package dev.berth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.berth.cli.Surroundings;
import dev.berth.cli.client.OpsClient;
import dev.berth.cli.daemon.Run;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "host",
    description = "Show the hosts, and let more of them in.",
    synopsisSubcommandLabel = "COMMAND")
final class HostCommand extends Group {
  private final Surroundings surroundings;

  /** What a join token lets in. */
  enum Member {
    AGENT,
    MANAGER
  }

  HostCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Command(name = "ls", description = "List the hosts.")
  void list(@Mixin ClientOptions options) {
    JsonNode answer = client(options).get("/berth/v1/hosts");
    options.print(
        surroundings,
        answer,
        () -> {
          Table table = new Table("HOST", "STATE", "ADDRESS", "ENGINE", "CONTAINERS");
          for (JsonNode host : Fields.items(answer, "hosts")) {
            table.row(
                host.path("name").asText(),
                host.path("state").asText(),
                host.path("address").asText(),
                host.path("engineVersion").asText("-"),
                host.path("containers").asText("-"));
          }
          table.print(surroundings.out());
        });
  }

  @Command(name = "token", description = "Make a token by which hosts join.")
  void token(
      @Mixin ClientOptions options,
      @Option(
              names = "--role",
              paramLabel = "agent|manager",
              defaultValue = "agent",
              description = "What it lets in (default: agent).")
          Member role,
      @Option(
              names = "--lifetime",
              paramLabel = "TIME",
              defaultValue = "1h",
              converter = Lifetime.class,
              description = "How long it can be used, as in 30m or 7d (default: 1h).")
          Duration lifetime,
      @Option(
              names = "--uses",
              paramLabel = "N",
              defaultValue = "1",
              description = "How often it can be used (default: once).")
          int uses) {
    JsonNode answer =
        client(options)
            .post(
                "/berth/v1/join-tokens",
                JsonNodeFactory.instance
                    .objectNode()
                    .put("role", role.name().toLowerCase(java.util.Locale.ROOT))
                    .put("lifetime", lifetime.toString())
                    .put("uses", uses))
            .body();
    String cluster =
        options
            .data(surroundings)
            .running()
            .map(Run::cluster)
            .filter(text -> !text.isEmpty())
            .orElse("MANAGER:2377");
    options.print(
        surroundings,
        answer,
        () ->
            surroundings
                .out()
                .printf(
                    "Run this on the new host:%n  berth agent --join %s@%s%n",
                    answer.path("token").asText(), cluster));
  }

  private OpsClient client(ClientOptions options) {
    return new OpsClient(options.targets(surroundings).operator());
  }
}

package dev.berth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.berth.cli.Surroundings;
import dev.berth.cli.client.OpsClient;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "token",
    description = "Give out, list and revoke tokens and client certificates.",
    synopsisSubcommandLabel = "COMMAND")
final class TokenCommand extends Group {
  private static final int SHOWN_DIGITS = 12;

  private final Surroundings surroundings;

  TokenCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Command(name = "create", description = "Give out a token, which is shown once.")
  void create(
      @Mixin ClientOptions options,
      @Option(names = "--tenant", required = true, description = "The tenant to act in.")
          String tenant,
      @Option(names = "--user", description = "Whose it is (default: your own name).") String user,
      @Option(
              names = "--role",
              paramLabel = "reader|member|admin",
              defaultValue = "member",
              description = "What it may do there (default: member).")
          UserCommand.Role role,
      @Option(
              names = "--lifetime",
              paramLabel = "TIME",
              defaultValue = "24h",
              converter = Lifetime.class,
              description = "How long it is good for (default: 24h).")
          Duration lifetime) {
    var wanted =
        JsonNodeFactory.instance
            .objectNode()
            .put("tenant", tenant)
            .put("role", role.word())
            .put("lifetime", lifetime.toString());
    if (user != null) {
      wanted.put("user", user);
    }
    JsonNode answer = client(options).post("/berth/v1/tokens", wanted).body();
    options.print(
        surroundings, answer, () -> surroundings.out().println(answer.path("token").asText()));
  }

  @Command(name = "ls", description = "List the tokens and client certificates that are good.")
  void list(@Mixin ClientOptions options) {
    JsonNode answer = client(options).get("/berth/v1/tokens");
    options.printList(
        surroundings,
        answer,
        "tokens",
        () -> {
          Table table = new Table("TOKEN", "USER", "TENANT", "ROLE", "EXPIRES");
          Fields.items(answer, "tokens")
              .forEach(
                  token ->
                      table.row(
                          token.path("id").asText().substring(0, SHOWN_DIGITS),
                          token.path("user").asText(),
                          token.path("tenant").asText(),
                          token.path("role").asText(),
                          token.path("expires").asText()));
          table.print(surroundings.out());
        });
  }

  @Command(name = "revoke", description = "End a token or client certificate at once.")
  void revoke(
      @Mixin ClientOptions options,
      @Parameters(paramLabel = "TOKEN", description = "As `berth token ls` shows it.") String id) {
    JsonNode answer =
        client(options).delete("/berth/v1/tokens/" + URLEncoder.encode(id, StandardCharsets.UTF_8));
    options.print(
        surroundings,
        answer,
        () ->
            surroundings
                .out()
                .printf(
                    "The token of %s in %s is no good any more.%n",
                    answer.path("user").asText(), answer.path("tenant").asText()));
  }

  private OpsClient client(ClientOptions options) {
    return new OpsClient(options.targets(surroundings).operator());
  }
}

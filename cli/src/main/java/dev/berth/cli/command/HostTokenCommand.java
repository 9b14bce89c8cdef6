package dev.berth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.CommandFailure;
import dev.berth.cli.Surroundings;
import dev.berth.cli.client.OpsClient;
import dev.berth.cli.daemon.Run;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "token",
    description = "Make tokens by which hosts join; list those that are good, or take one back.",
    synopsisSubcommandLabel = "COMMAND")
final class HostTokenCommand extends Group {
  private final Surroundings surroundings;

  /** What a join token lets in. */
  enum Member {
    AGENT,
    MANAGER
  }

  HostTokenCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Command(name = "create", description = "Make a token, which is shown once, by which hosts join.")
  void create(
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
          int uses,
      @Option(
              names = "--label",
              paramLabel = "NAME=VALUE",
              description = "A label of the hosts that come by it; repeatable.")
          List<String> labels) {
    ObjectNode wanted =
        JsonNodeFactory.instance
            .objectNode()
            .put("role", role.name().toLowerCase(Locale.ROOT))
            .put("lifetime", lifetime.toString())
            .put("uses", uses);
    ObjectNode given = wanted.putObject("labels");
    for (String label : labels == null ? List.<String>of() : labels) {
      int equals = label.indexOf('=');
      if (equals < 1) {
        throw new CommandFailure("write a label as NAME=VALUE, not \"%s\"".formatted(label));
      }
      given.put(label.substring(0, equals), label.substring(equals + 1));
    }
    JsonNode answer = client(options).post("/berth/v1/join-tokens", wanted).body();
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

  @Command(name = "ls", description = "List the join tokens that are good; never their secrets.")
  void list(@Mixin ClientOptions own) {
    JsonNode answer = client(own).get("/berth/v1/join-tokens");
    own.printList(
        surroundings,
        answer,
        "tokens",
        () -> {
          Table table = new Table("TOKEN", "ROLE", "USES LEFT", "EXPIRES", "LABELS");
          for (JsonNode token : Fields.items(answer, "tokens")) {
            List<String> given = new ArrayList<>();
            token
                .path("labels")
                .properties()
                .forEach(label -> given.add(label.getKey() + "=" + label.getValue().asText()));
            table.row(
                token.path("id").asText(),
                token.path("role").asText(),
                token.path("uses").asText(),
                token.path("expires").asText(),
                given.isEmpty() ? "-" : String.join(",", given));
          }
          table.print(surroundings.out());
        });
  }

  @Command(name = "rm", description = "Take a join token back; who has joined by it stays.")
  void remove(
      @Mixin ClientOptions own,
      @Parameters(paramLabel = "TOKEN", description = "As `berth host token ls` shows it.")
          String token) {
    JsonNode answer =
        client(own)
            .delete("/berth/v1/join-tokens/" + URLEncoder.encode(token, StandardCharsets.UTF_8));
    own.print(
        surroundings,
        answer,
        () -> surroundings.out().printf("The join token %s lets nobody in any more.%n", token));
  }

  private OpsClient client(ClientOptions given) {
    return new OpsClient(given.targets(surroundings).operator());
  }
}

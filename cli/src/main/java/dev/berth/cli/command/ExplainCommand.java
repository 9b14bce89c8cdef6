package dev.berth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.CommandFailure;
import dev.berth.cli.Surroundings;
import dev.berth.cli.client.OpsClient;
import dev.berth.cli.docker.CreateCapture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "explain",
    description = {
      "Say which host a container would go to, and why not to the others. Nothing is made.",
      "",
      "  berth explain --tenant acme -- docker run -m 4g -e constraint:zone==a nginx",
      "  berth explain --tenant acme --body create.json"
    })
final class ExplainCommand implements Runnable {
  private static final JsonMapper JSON = new JsonMapper();

  private final Surroundings surroundings;

  @Mixin private ClientOptions options;

  @Option(names = "--tenant", required = true, description = "Whose container it would be.")
  private String tenant;

  @Option(
      names = "--body",
      paramLabel = "FILE",
      description = "The JSON body of a create call, in the place of a docker command.")
  private Path body;

  @Option(names = "--name", description = "What the container of --body is to be called.")
  private String name;

  @Option(names = "--platform", description = "The platform that --body asks for.")
  private String platform;

  @Parameters(paramLabel = "DOCKER-RUN", description = "A docker run command, after --.")
  private List<String> words = new ArrayList<>();

  ExplainCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public void run() {
    ObjectNode asked = asked().put("tenant", tenant);
    JsonNode answer =
        new OpsClient(options.targets(surroundings).operator())
            .post("/berth/v1/explain", asked)
            .body();
    options.printList(surroundings, answer, "hosts", () -> print(answer));
  }

  private ObjectNode asked() {
    if ((body == null) == words.isEmpty()) {
      throw new CommandFailure("give either --body FILE or a docker run command after --");
    }
    if (body == null && (name != null || platform != null)) {
      throw new CommandFailure("--name and --platform go with --body, or after --");
    }
    try {
      return body == null
          ? asked(CreateCapture.of(flags()))
          : asked(
              new CreateCapture.Captured(
                  Files.readString(body),
                  Objects.requireNonNullElse(name, ""),
                  Objects.requireNonNullElse(platform, "")));
    } catch (IOException e) {
      throw new CommandFailure("the create call cannot be read: " + e.getMessage(), e);
    }
  }

  private static ObjectNode asked(CreateCapture.Captured call) throws IOException {
    ObjectNode asked = JsonNodeFactory.instance.objectNode();
    asked.set("create", JSON.readTree(call.body()));
    if (!call.name().isEmpty()) {
      asked.put("name", call.name());
    }
    if (!call.platform().isEmpty()) {
      asked.put("platform", call.platform());
    }
    return asked;
  }

  private List<String> flags() {
    List<String> left = new ArrayList<>(words);
    for (String word : List.of("docker", "container", "run")) {
      if (!left.isEmpty() && left.getFirst().equals(word)) {
        left.removeFirst();
      }
    }
    return left;
  }

  private void print(JsonNode answer) {
    Table table = new Table("HOST", "FATE", "SCORE", "REASON");
    for (JsonNode host : answer.path("hosts")) {
      table.row(
          host.path("name").asText(),
          host.path("fate").asText(),
          host.path("score").isNull() ? "" : host.path("score").asText(),
          host.path("reason").asText());
    }
    table.print(surroundings.out());
    if (!answer.path("isPlaced").asBoolean()) {
      surroundings.out().println(answer.path("message").asText());
    }
    if (answer.has("note")) {
      surroundings.out().println(answer.path("note").asText());
    }
  }
}

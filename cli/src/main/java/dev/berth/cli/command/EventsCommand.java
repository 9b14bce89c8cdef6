package dev.berth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.CommandFailure;
import dev.berth.cli.Surroundings;
import dev.berth.cli.client.OpsClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "events",
    description = {
      "Show what happened to hosts: who joined, went away, was drained, is under pressure.",
      "The manager keeps the newest 4096 events since its start."
    })
final class EventsCommand implements Runnable {
  private static final String ROW = "%-24s  %-20s  %-9s  %-12s  %s%n";

  private final Surroundings surroundings;

  @Mixin private ClientOptions options;

  @Option(names = "--host", paramLabel = "HOST", description = "Events of this host alone.")
  private String host;

  @Option(
      names = "--type",
      paramLabel = "host|pressure",
      description = "Changes of states, or of pressure on memory and disk, alone.")
  private String type;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "From then on, as 2026-01-31T12:00:00Z or 10m.")
  private String since;

  @Option(names = "--until", paramLabel = "TIME", description = "Until then, in the same forms.")
  private String until;

  @Option(
      names = {"-f", "--follow"},
      description = "Show new ones as they come.")
  private boolean follow;

  EventsCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public void run() {
    OpsClient client = new OpsClient(options.targets(surroundings).operator());
    if (!follow) {
      JsonNode answer = client.get("/berth/v1/events" + query());
      options.printList(surroundings, answer, "events", () -> table(answer));
      return;
    }
    if (options.isText()) {
      heading();
      surroundings.out().flush();
    }
    client.lines("/berth/v1/events" + query(), this::print);
  }

  private String query() {
    return new Query()
        .with("host", host)
        .with("type", type)
        .with("since", since)
        .with("until", until)
        .with("follow", follow ? "1" : null)
        .toString();
  }

  private void table(JsonNode answer) {
    heading();
    Fields.items(answer, "events").forEach(this::row);
  }

  private void heading() {
    surroundings.out().printf(ROW, "TIME", "HOST", "TYPE", "ACTION", "DETAIL");
  }

  private void print(JsonNode event) {
    if (event.has("end")) {
      throw new CommandFailure(event.path("end").asText());
    }
    options.printLine(surroundings, event, () -> row(event));
  }

  private void row(JsonNode event) {
    surroundings
        .out()
        .printf(
            ROW,
            event.path("time").asText(),
            event.path("name").asText(),
            event.path("type").asText(),
            event.path("action").asText(),
            event.path("detail").asText());
  }
}

package dev.berth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.CommandFailure;
import dev.berth.cli.Surroundings;
import dev.berth.cli.client.OpsClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "audit", description = "Show who changed what, and who was refused.")
final class AuditCommand implements Runnable {
  private static final String ROW = "%-24s  %-16s  %-16s  %-18s  %-24s  %-12s  %-8s  %s%n";

  private final Surroundings surroundings;

  @Mixin private ClientOptions options;

  @Option(names = "--tenant", paramLabel = "TENANT", description = "Calls in this tenant alone.")
  private String tenant;

  @Option(names = "--user", paramLabel = "USER", description = "Calls of this user alone.")
  private String user;

  @Option(
      names = "--action",
      paramLabel = "ACTION",
      description = "This action alone, as ContainerCreate.")
  private String action;

  @Option(
      names = "--outcome",
      paramLabel = "OUTCOME",
      description = "done, refused, failed or started alone.")
  private String outcome;

  @Option(
      names = "--object",
      paramLabel = "OBJECT",
      description = "Calls about this name, or the id that begins so.")
  private String object;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "From then on, as 2026-01-31T12:00:00Z or 10m.")
  private String since;

  @Option(names = "--until", paramLabel = "TIME", description = "Until then, in the same forms.")
  private String until;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "The newest N, at most 5000 (default: 100).")
  private Integer limit;

  @Option(names = "--follow", description = "Show new ones as they come.")
  private boolean follow;

  AuditCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public void run() {
    OpsClient client = new OpsClient(options.targets(surroundings).operator());
    if (!follow) {
      JsonNode answer = client.get("/berth/v1/audit" + query());
      options.printList(surroundings, answer, "entries", () -> table(answer));
      return;
    }
    if (options.isText()) {
      heading();
    }
    client.lines("/berth/v1/audit" + query(), this::print);
  }

  private String query() {
    return new Query()
        .with("tenant", tenant)
        .with("user", user)
        .with("action", action)
        .with("outcome", outcome)
        .with("object", object)
        .with("since", since)
        .with("until", until)
        .with("limit", limit)
        .with("follow", follow ? "1" : null)
        .toString();
  }

  private void table(JsonNode answer) {
    heading();
    Fields.items(answer, "entries").forEach(this::row);
    long lost = answer.path("lost").asLong();
    if (lost > 0) {
      surroundings.out().printf("%d lines could not be written since the start%n", lost);
    }
  }

  private void heading() {
    surroundings
        .out()
        .printf(ROW, "TIME", "TENANT", "USER", "ACTION", "OBJECT", "HOST", "OUTCOME", "REASON");
  }

  private void print(JsonNode entry) {
    if (entry.has("end")) {
      throw new CommandFailure(entry.path("end").asText());
    }
    options.printLine(surroundings, entry, () -> row(entry));
  }

  private void row(JsonNode entry) {
    surroundings
        .out()
        .printf(
            ROW,
            text(entry, "time"),
            text(entry, "tenant"),
            text(entry, "user"),
            text(entry, "action"),
            text(entry, "object"),
            text(entry, "host"),
            text(entry, "outcome"),
            text(entry, "reason"));
  }

  /** What others chose must not steer the terminal. */
  private static String text(JsonNode entry, String field) {
    return entry.path(field).asText("-").replaceAll("[\\p{Cc}\\p{Cf}]", "?");
  }
}

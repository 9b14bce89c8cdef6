package dev.berth.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.cli.CommandFailure;
import dev.berth.cli.Surroundings;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** How every command that has an answer prints it. */
final class OutputOptions {
  @Option(
      names = "--format",
      paramLabel = "table|json|TEMPLATE",
      completionCandidates = Output.Words.class,
      converter = Output.Converter.class,
      description = {
        "How to print: table, json, or a template for each row, as '{{.name}}' or",
        "'table {{.name}}\\t{{.state}}'; see the fields with '{{json .}}' (default: table)."
      })
  private Output output = Output.TEXT;

  /** Whether a person reads it, and words around the answer are welcome. */
  boolean isText() {
    return output instanceof Output.Text;
  }

  /** Prints an answer as it came, or by the template, when that is asked for; else the text. */
  void print(Surroundings surroundings, JsonNode answer, Runnable text) {
    print(surroundings, answer, answer.isArray() ? answer : List.of(answer), text);
  }

  /** The same for an answer that is a list, in the field of that name. */
  void printList(Surroundings surroundings, JsonNode answer, String field, Runnable text) {
    print(surroundings, answer, Fields.items(answer, field), text);
  }

  /** Prints one line of an answer that has no end. */
  void printLine(Surroundings surroundings, JsonNode line, Runnable text) {
    switch (output) {
      case Output.Text _ -> text.run();
      case Output.Json _ -> surroundings.out().println(line);
      case Output.Rows(var template) -> print(surroundings, template, List.of(line));
    }
    surroundings.out().flush();
  }

  /** The same for an answer of which a template sees these rows. */
  void print(
      Surroundings surroundings,
      JsonNode answer,
      Iterable<? extends JsonNode> rows,
      Runnable text) {
    switch (output) {
      case Output.Text _ -> text.run();
      case Output.Json _ -> {
        try {
          surroundings
              .out()
              .println(
                  new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(answer));
        } catch (JsonProcessingException e) {
          throw new IllegalStateException("a JSON tree that cannot be written", e);
        }
      }
      case Output.Rows(var template) -> print(surroundings, template, rows);
    }
    surroundings.out().flush();
  }

  private static void print(
      Surroundings surroundings, RowTemplate template, Iterable<? extends JsonNode> rows) {
    List<JsonNode> listed = new ArrayList<>();
    rows.forEach(listed::add);
    try {
      template.print(listed, surroundings.out());
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(e.getMessage(), e);
    }
  }
}

package dev.berth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * How each row of an answer is printed, in the small part of Go's templates that docker's users
 * know: {@code {{.Name}}}, {@code {{.labels.zone}}}, {@code {{json .}}}, {@code {{upper .Name}}},
 * {@code \t} and {@code \n} between them, and {@code table} before all for columns with headings.
 * The case of letters in a field's name is of no meaning.
 */
final class RowTemplate {
  private static final String TABLE = "table ";
  private static final Map<String, UnaryOperator<String>> FUNCTIONS =
      Map.of(
          "upper", text -> text.toUpperCase(Locale.ROOT),
          "lower", text -> text.toLowerCase(Locale.ROOT));
  private static final String JSON = "json";

  private final List<Part> parts;
  private final boolean isTable;

  private RowTemplate(List<Part> parts, boolean isTable) {
    this.parts = parts;
    this.isTable = isTable;
  }

  /** A piece of the template. */
  private sealed interface Part permits Text, Value {}

  private record Text(String text) implements Part {}

  /** A field, or with no path the row itself. */
  private record Value(String function, List<String> path) implements Part {}

  /**
   * Reads a template.
   *
   * @throws IllegalArgumentException with what is wrong with it
   */
  static RowTemplate parse(String template) {
    boolean isTable = template.startsWith(TABLE);
    String rest = isTable ? template.substring(TABLE.length()) : template;
    List<Part> parts = new ArrayList<>();
    int at = 0;
    while (at < rest.length()) {
      int open = rest.indexOf("{{", at);
      int end = open < 0 ? rest.length() : open;
      if (end > at) {
        parts.add(new Text(rest.substring(at, end).replace("\\t", "\t").replace("\\n", "\n")));
      }
      if (open < 0) {
        break;
      }
      int close = rest.indexOf("}}", open);
      if (close < 0) {
        throw new IllegalArgumentException(
            "\"%s\" is not closed: end it with }}".formatted(rest.substring(open)));
      }
      parts.add(value(rest.substring(open + 2, close).strip()));
      at = close + 2;
    }
    return new RowTemplate(List.copyOf(parts), isTable);
  }

  private static Value value(String inside) {
    String[] words = inside.split("\\s+");
    String function = words.length == 1 ? "" : words[0];
    String path = words[words.length - 1];
    boolean isKnown =
        function.isEmpty() || function.equals(JSON) || FUNCTIONS.containsKey(function);
    if (words.length > 2 || !isKnown) {
      throw new IllegalArgumentException(
          "\"{{%s}}\" is not known: use {{.FIELD}}, {{json .FIELD}}, {{upper .FIELD}} or {{lower .FIELD}}"
              .formatted(inside));
    }
    if (!path.startsWith(".")) {
      throw new IllegalArgumentException(
          "\"{{%s}}\" names no field: begin it with a dot, as {{.name}}".formatted(inside));
    }
    return new Value(
        function, Arrays.stream(path.split("\\.")).filter(name -> !name.isEmpty()).toList());
  }

  /**
   * Prints a line, or what the template makes of it, for each row.
   *
   * @throws IllegalArgumentException for a field that no row has, with those that there are
   */
  void print(List<JsonNode> rows, PrintWriter out) {
    rows.stream().findFirst().ifPresent(_ -> check(rows));
    List<String> lines = new ArrayList<>();
    if (isTable) {
      lines.add(line(RowTemplate::heading));
    }
    for (JsonNode row : rows) {
      lines.add(line(part -> text(part, row)));
    }
    if (!isTable) {
      lines.forEach(out::println);
      return;
    }
    int columns = lines.stream().mapToInt(line -> line.split("\t", -1).length).max().orElse(1);
    Table table = new Table(cells(lines.getFirst(), columns));
    lines.stream().skip(1).forEach(line -> table.row(cells(line, columns)));
    table.print(out);
  }

  private static String[] cells(String line, int columns) {
    String[] cells = Arrays.copyOf(line.split("\t", -1), columns);
    Arrays.setAll(cells, i -> cells[i] == null ? "" : cells[i]);
    return cells;
  }

  private String line(Function<Part, String> shown) {
    StringBuilder line = new StringBuilder();
    parts.forEach(part -> line.append(shown.apply(part)));
    return line.toString();
  }

  private static String heading(Part part) {
    return switch (part) {
      case Text(var text) -> text;
      case Value(_, var path) -> path.isEmpty() ? "JSON" : path.getLast().toUpperCase(Locale.ROOT);
    };
  }

  private static String text(Part part, JsonNode row) {
    return switch (part) {
      case Text(var text) -> text;
      case Value(var function, var path) -> {
        JsonNode found = find(row, path).orElse(row.path(""));
        if (function.equals(JSON)) {
          yield found.isMissingNode() ? "null" : found.toString();
        }
        String text = found.isValueNode() ? found.asText("") : found.toString();
        yield FUNCTIONS.getOrDefault(function, UnaryOperator.identity()).apply(safe(text));
      }
    };
  }

  /** What others chose must not steer the terminal. */
  private static String safe(String text) {
    return text.replaceAll("[\\p{Cc}\\p{Cf}]", "?");
  }

  private void check(List<JsonNode> rows) {
    for (Part part : parts) {
      if (part instanceof Value(_, var path)
          && rows.stream().allMatch(row -> find(row, path).isEmpty())) {
        Set<String> known = new TreeSet<>();
        rows.forEach(row -> row.fieldNames().forEachRemaining(known::add));
        throw new IllegalArgumentException(
            "there is no field .%s: there are %s"
                .formatted(String.join(".", path), "." + String.join(", .", known)));
      }
    }
  }

  private static Optional<JsonNode> find(JsonNode row, List<String> path) {
    JsonNode at = row;
    for (String name : path) {
      Optional<JsonNode> next =
          at.has(name)
              ? Optional.of(at.get(name))
              : at.properties().stream()
                  .filter(field -> field.getKey().equalsIgnoreCase(name))
                  .map(Map.Entry::getValue)
                  .findFirst();
      if (next.isEmpty()) {
        return Optional.empty();
      }
      at = next.get();
    }
    return Optional.of(at);
  }
}

package dev.berth.cli.command;

import java.util.Iterator;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How a command prints an answer. */
sealed interface Output {
  /** For people. */
  record Text() implements Output {}

  /** As the manager sent it. */
  record Json() implements Output {}

  /** Row by row. */
  record Rows(RowTemplate template) implements Output {}

  Output TEXT = new Text();

  /** Of the option's word. */
  final class Converter implements ITypeConverter<Output> {
    @Override
    public Output convert(String word) {
      return switch (word) {
        case "table", "text" -> TEXT;
        case "json" -> new Json();
        case String template when template.contains("{{") -> {
          try {
            yield new Rows(RowTemplate.parse(template));
          } catch (IllegalArgumentException e) {
            throw new TypeConversionException("the template cannot be used: " + e.getMessage());
          }
        }
        default ->
            throw new TypeConversionException(
                "\"%s\" is no format: use table, json or a template as '{{.name}}'"
                    .formatted(word));
      };
    }
  }

  /** What a shell offers. */
  final class Words implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("table", "json").iterator();
    }
  }
}

package dev.berth.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Values of options that may be missing. */
final class Given {
  private Given() {}

  static List<String> list(List<String> values) {
    return values == null ? List.of() : List.copyOf(values);
  }

  static void put(ObjectNode body, String field, String value) {
    if (value != null) {
      body.put(field, value);
    }
  }

  static List<String> list(Object value) {
    return value == null ? List.of() : List.of(value.toString());
  }
}

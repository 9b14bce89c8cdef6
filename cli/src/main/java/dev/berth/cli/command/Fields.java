package dev.berth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** Reads answers of the operations API for people. */
final class Fields {
  private Fields() {}

  /** The items of a list, which is the answer itself or one of its fields. */
  static Iterable<JsonNode> items(JsonNode answer, String field) {
    return answer.isArray() ? answer : answer.path(field);
  }

  /** A line for each field. */
  static String text(JsonNode object) {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      JsonNode value = field.getValue();
      text.append(field.getKey())
          .append(": ")
          .append(value.isValueNode() ? value.asText() : value.toString())
          .append('\n');
    }
    return text.toString();
  }
}

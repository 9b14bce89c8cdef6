package dev.berth.manager.ops;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Holds answers against the document of the operations API. Stricter than a client of it should be:
 * a field that is not declared is a difference.
 */
public final class DeclaredAnswers {
  private static final JsonMapper JSON = new JsonMapper();

  private final JsonNode document;

  public DeclaredAnswers(JsonNode document) {
    this.document = document;
  }

  /** Every call that the document tells of, as {@code GET /berth/v1/hosts}. */
  public Set<String> calls() {
    Set<String> calls = new TreeSet<>();
    for (var path : document.path("paths").properties()) {
      path.getValue()
          .fieldNames()
          .forEachRemaining(
              method -> calls.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey()));
    }
    return calls;
  }

  /** The path of the document that stands for that one, or empty when it tells of none. */
  public Optional<String> template(String target) {
    String[] segments = target.replaceFirst("\\?.*", "").split("/");
    return document.path("paths").properties().stream()
        .map(path -> path.getKey())
        .filter(template -> matches(template.split("/"), segments))
        .findFirst();
  }

  private static boolean matches(String[] template, String[] segments) {
    boolean isSame = template.length == segments.length;
    for (int i = 0; isSame && i < segments.length; i++) {
      isSame = template[i].startsWith("{") || template[i].equals(segments[i]);
    }
    return isSame;
  }

  /**
   * What of an answer is not as declared, a sentence each; nothing for calls it does not tell of.
   */
  public List<String> differences(String method, String target, int status, String text) {
    JsonNode call =
        document
            .path("paths")
            .path(template(target).orElse(""))
            .path(method.toLowerCase(Locale.ROOT));
    List<String> differences = new ArrayList<>();
    if (call.isMissingNode()) {
      return differences;
    }
    JsonNode answer =
        call.path("responses").path(status < 400 ? Integer.toString(status) : "default");
    if (answer.isMissingNode()) {
      differences.add("the status %d is not declared".formatted(status));
      return differences;
    }
    JsonNode schema = answer.path("content").path("application/json").path("schema");
    if (schema.isMissingNode()) {
      if (!text.isEmpty()) {
        differences.add("a body is not declared");
      }
      return differences;
    }
    try {
      compare("the answer", schema, JSON.readTree(text), differences);
    } catch (JsonProcessingException e) {
      differences.add("it is not JSON: " + text);
    }
    return differences;
  }

  private void compare(String at, JsonNode declared, JsonNode value, List<String> differences) {
    JsonNode schema = resolved(declared);
    if (schema.has("type") && !isOfType(schema, value)) {
      differences.add("%s is not as %s: %s".formatted(at, schema, value));
      return;
    }
    if (value.isArray()) {
      for (int i = 0; i < value.size(); i++) {
        compare(at + "/" + i, schema.path("items"), value.get(i), differences);
      }
    }
    if (value.isObject() && schema.has("type")) {
      compareFields(at, schema, value, differences);
    }
  }

  private void compareFields(String at, JsonNode schema, JsonNode value, List<String> differences) {
    for (JsonNode name : schema.path("required")) {
      if (!value.has(name.asText())) {
        differences.add("%s has no %s".formatted(at, name.asText()));
      }
    }
    for (var field : value.properties()) {
      JsonNode own = schema.path("properties").path(field.getKey());
      JsonNode declared = own.isMissingNode() ? schema.path("additionalProperties") : own;
      if (declared.isMissingNode()) {
        differences.add("%s/%s is not declared".formatted(at, field.getKey()));
      } else {
        compare(at + "/" + field.getKey(), declared, field.getValue(), differences);
      }
    }
  }

  /** A schema itself, where another one refers to it. */
  public JsonNode resolved(JsonNode schema) {
    return schema.has("$ref") ? document.at(schema.get("$ref").asText().substring(1)) : schema;
  }

  private static boolean isOfType(JsonNode schema, JsonNode value) {
    JsonNode type = schema.get("type");
    if (type.isTextual()) {
      return isOfType(type.asText(), schema.path("format").asText(), value);
    }
    boolean isOne = false;
    for (JsonNode each : type) {
      isOne |= isOfType(each.asText(), schema.path("format").asText(), value);
    }
    return isOne;
  }

  private static boolean isOfType(String type, String format, JsonNode value) {
    return switch (type) {
      case "string" -> value.isTextual() && (!format.equals("date-time") || isMoment(value));
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      case "boolean" -> value.isBoolean();
      case "null" -> value.isNull();
      case "array" -> value.isArray();
      case "object" -> value.isObject();
      default -> false;
    };
  }

  private static boolean isMoment(JsonNode value) {
    try {
      return Instant.parse(value.textValue()) != null;
    } catch (DateTimeException e) {
      return false;
    }
  }
}

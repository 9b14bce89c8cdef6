package dev.berth.manager.view;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The {@code filters} parameter, in both of its encodings: {@code {"k":["v"]}} and, since API 1.22,
 * {@code {"k":{"v":true}}}.
 */
public record Filters(Map<String, List<String>> values) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int MAX_VALUES = 1_000;

  public static final Filters NONE = new Filters(Map.of());

  /** A filter that no engine takes; the message is the engine's. */
  public static final class InvalidFilterException extends RuntimeException {
    InvalidFilterException(String message) {
      super(message);
    }
  }

  public static Filters parse(String text, Set<String> known) {
    if (text.isEmpty()) {
      return NONE;
    }
    JsonNode json;
    try {
      json = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new InvalidFilterException("invalid filters: not JSON");
    }
    if (!json.isObject()) {
      throw new InvalidFilterException("invalid filters: not a JSON object");
    }
    Map<String, List<String>> values = new LinkedHashMap<>();
    int count = 0;
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      if (!known.contains(field.getKey())) {
        throw new InvalidFilterException("Invalid filter '%s'".formatted(field.getKey()));
      }
      List<String> of = new ArrayList<>();
      if (field.getValue().isArray()) {
        field.getValue().forEach(value -> of.add(text(value)));
      } else if (field.getValue().isObject()) {
        for (Map.Entry<String, JsonNode> value : field.getValue().properties()) {
          if (value.getValue().asBoolean()) {
            of.add(value.getKey());
          }
        }
      } else {
        throw new InvalidFilterException("invalid filters: neither a list nor a map");
      }
      count += of.size();
      if (count > MAX_VALUES) {
        throw new InvalidFilterException("more than " + MAX_VALUES + " filter values");
      }
      if (!of.isEmpty()) {
        values.put(field.getKey(), List.copyOf(of));
      }
    }
    return new Filters(values);
  }

  private static String text(JsonNode value) {
    if (!value.isTextual()) {
      throw new InvalidFilterException("invalid filters: a value is not text");
    }
    return value.textValue();
  }

  public boolean has(String key) {
    return values.containsKey(key);
  }

  public List<String> get(String key) {
    return values.getOrDefault(key, List.of());
  }
}

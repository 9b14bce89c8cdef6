package dev.berth.manager.tenant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The fields that an object may have, with a rule for each and one for all others. What comes out
 * is a new object, so nothing passes that no rule has seen.
 */
final class FieldTable implements Rule {

  /** A field and what becomes of it. */
  record Field(String name, Rule rule) {}

  private final Map<String, Rule> rules = new LinkedHashMap<>();
  private final Map<String, String> folded = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final Rule others;

  FieldTable(Rule others, List<Field> fields) {
    this.others = others;
    for (Field field : fields) {
      if (folded.put(field.name(), field.name()) != null) {
        throw new IllegalArgumentException("two rules for the field " + field.name());
      }
      rules.put(field.name(), field.rule());
    }
  }

  static Field field(String name, Rule rule) {
    return new Field(name, rule);
  }

  /** In the order of the table. */
  List<String> names() {
    return List.copyOf(rules.keySet());
  }

  boolean has(String name) {
    return rules.containsKey(name);
  }

  ObjectNode apply(JsonNode value, Place at) {
    if (!(value instanceof ObjectNode asked)) {
      throw at.malformed("an object");
    }
    ObjectNode admitted = JsonNodeFactory.instance.objectNode();
    for (var entry : asked.properties()) {
      String name = entry.getKey();
      if (!rules.containsKey(name) && folded.containsKey(name)) {
        throw new MalformedBodyException(
            "the field %s is misspelled: write it %s"
                .formatted(at.field(name).path(), folded.get(name)));
      }
      if (!entry.getValue().isNull()) {
        at.field(name)
            .admit(rules.getOrDefault(name, others), entry.getValue())
            .ifPresent(node -> admitted.set(name, node));
      }
    }
    return admitted;
  }

  @Override
  public Optional<JsonNode> admit(JsonNode value, Place at) {
    return Optional.of(apply(value, at));
  }
}

package dev.berth.manager.tenant;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.Labels;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Labels and environment of a container, and the placement hints in both. A hint of Berth's own is
 * taken out, one of classic Swarm's forms is taken out of the environment and left as a label.
 */
final class LabelRules {
  private static final JsonMapper JSON = new JsonMapper();

  /** Berth's labels that a tenant may give, with the kind of hint that each is. */
  private static final Map<String, String> HINTS =
      Map.of(
          "berth.constraint", "constraint",
          "berth.affinity", "affinity",
          "berth.strategy", "strategy",
          "berth.reschedule", "reschedule");

  /** Classic Swarm's labels, each a JSON array of expressions. */
  private static final Map<String, String> SWARM_HINTS =
      Map.of(
          "com.docker.swarm.constraints", "constraint",
          "com.docker.swarm.affinities", "affinity",
          "com.docker.swarm.whitelists", "whitelist",
          "com.docker.swarm.reschedule-policies", "reschedule");

  private static final Set<String> SWARM_ENVIRONMENT =
      Set.of("constraint", "affinity", "whitelist", "reschedule");

  static final Rule CONTAINER = LabelRules::container;

  /** Labels of something that has no place of its own: none of Berth's. */
  static final Rule PLAIN = Rules.entries(LabelRules::requireOwn, Rules.TEXT);

  static final Rule ENVIRONMENT =
      Rules.each(
          (value, at) -> {
            String variable = Rules.text(value, at);
            int colon = variable.indexOf(':');
            if (colon > 0 && SWARM_ENVIRONMENT.contains(variable.substring(0, colon))) {
              at.admission().hint(variable.substring(0, colon), variable.substring(colon + 1), at);
              return Optional.empty();
            }
            return Optional.of(value);
          });

  private LabelRules() {}

  private static Optional<JsonNode> container(JsonNode value, Place at) {
    if (!(value instanceof ObjectNode labels)) {
      throw at.malformed("an object");
    }
    ObjectNode admitted = JsonNodeFactory.instance.objectNode();
    for (var entry : labels.properties()) {
      String label = entry.getKey();
      Place place = at.field(label);
      String text = Rules.text(entry.getValue(), place);
      if (HINTS.containsKey(label)) {
        for (String expression : expressions(text, place)) {
          place.admission().hint(HINTS.get(label), expression, place);
        }
        continue;
      }
      requireOwn(label, place);
      if (SWARM_HINTS.containsKey(label)) {
        for (String expression : expressions(text, place)) {
          place.admission().hint(SWARM_HINTS.get(label), expression, place);
        }
      }
      admitted.put(label, text);
    }
    return Optional.of(admitted);
  }

  private static void requireOwn(String label, Place at) {
    if (Labels.isReserved(label)) {
      throw at.denied(
          "labels that begin with \"%s\" are Berth's own; choose another name"
              .formatted(Labels.PREFIX));
    }
  }

  /** One expression, or a JSON array of them. */
  private static List<String> expressions(String text, Place at) {
    if (!text.startsWith("[")) {
      return text.isEmpty() ? List.of() : List.of(text);
    }
    try {
      if (JSON.readTree(text) instanceof ArrayNode items) {
        return items.valueStream().map(item -> Rules.text(item, at)).toList();
      }
    } catch (JsonProcessingException e) {
      throw new MalformedBodyException(
          "%s is not a JSON array of strings: %s".formatted(at.path(), e.getOriginalMessage()));
    }
    throw at.malformed("a JSON array of strings");
  }
}

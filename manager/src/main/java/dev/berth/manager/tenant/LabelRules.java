package dev.berth.manager.tenant;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.Labels;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Labels and environment of a container, and the placement hints in both. A hint of Berth's own is
 * taken out, one of classic Swarm's forms is taken out of the environment and left as a label.
 */
public final class LabelRules {
  private static final Pattern RESERVED_CHANGE =
      Pattern.compile(
          "\\s*label\\s+(.*\\s)?" + Pattern.quote(Labels.PREFIX) + ".*",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private static final JsonMapper JSON = new JsonMapper();

  /** Berth's labels that a tenant may give, with the kind of hint that each is. */
  private static final Map<String, String> HINTS =
      Map.of(
          "berth.constraint", "constraint",
          "berth.affinity", "affinity",
          "berth.whitelist", "whitelist",
          "berth.spread", "spread",
          "berth.strategy", "strategy",
          "berth.reschedule", "reschedule",
          "berth.flavor", ContainerPolicy.FLAVOR);

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

  /** A container has the labels of its image, where Berth would take them for its own. */
  public static void requireNoneReserved(String image, JsonNode labels) {
    for (var label : labels.properties()) {
      if (Labels.isReserved(label.getKey()) && !label.getValue().asText().isEmpty()) {
        throw PolicyDeniedException.denied(
            "Image",
            "%s has the label \"%s\", and labels that begin with \"%s\" are Berth's own; make it without"
                .formatted(image, label.getKey(), Labels.PREFIX));
      }
    }
  }

  /** The same for the changes of a commit or an import, which are instructions of a Dockerfile. */
  public static void requireNoneReserved(Collection<String> changes) {
    for (String change : changes) {
      if (RESERVED_CHANGE.matcher(change.replaceAll("[\"'\\\\]", "")).matches()) {
        throw PolicyDeniedException.denied(
            "changes", "labels that begin with \"%s\" are Berth's own".formatted(Labels.PREFIX));
      }
    }
  }

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

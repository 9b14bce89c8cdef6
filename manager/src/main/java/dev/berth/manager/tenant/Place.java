package dev.berth.manager.tenant;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * Where in a body a rule looks, and what it may need there.
 *
 * @param path the field's path from the top, empty for the body itself
 */
record Place(String path, Admission admission) {

  static Place top(Admission admission) {
    return new Place("", admission);
  }

  Place field(String name) {
    return new Place(path.isEmpty() ? name : path + "." + name, admission);
  }

  Place item(int index) {
    return new Place(path + "[" + index + "]", admission);
  }

  /** The last part of the path. */
  String name() {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  /**
   * What the rule makes of the value here; or the value, where the rule denies it and an operator
   * has let it by for this tenant.
   */
  Optional<JsonNode> admit(Rule rule, JsonNode value) {
    try {
      return rule.admit(value, this);
    } catch (PolicyDeniedException e) {
      return Optional.of(
          Optional.of(value)
              .filter(_ -> !e.isMissing())
              .flatMap(denied -> admission.widened(path, denied))
              .orElseThrow(() -> e));
    }
  }

  PolicyLimits limits() {
    return admission.limits();
  }

  PolicyDeniedException denied(String reason) {
    return PolicyDeniedException.denied(path, reason);
  }

  MalformedBodyException malformed(String wanted) {
    return new MalformedBodyException(
        "%s must be %s".formatted(path.isEmpty() ? "the body" : path, wanted));
  }
}

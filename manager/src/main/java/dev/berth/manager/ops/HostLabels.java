package dev.berth.manager.ops;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.manager.cluster.HostResources;
import dev.berth.scheduler.HostState;
import dev.berth.scheduler.Overcommit;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** The labels that operators give hosts, as requests have them. */
final class HostLabels {
  private static final int MOST = 64;
  private static final int MOST_CHARS = 256;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]*");

  private HostLabels() {}

  /**
   * The labels after a change.
   *
   * @param asked names and values; null takes a label away
   */
  static Map<String, String> changed(Map<String, String> before, JsonNode asked) {
    Map<String, String> labels = new HashMap<>(before);
    for (var label : asked.properties()) {
      String name = label.getKey();
      if (label.getValue().isNull()) {
        labels.remove(name);
        continue;
      }
      String value = label.getValue().asText();
      if (!NAME.matcher(name).matches()
          || name.length() > MOST_CHARS
          || value.length() > MOST_CHARS
          || !label.getValue().isTextual()
          || value.chars().anyMatch(Character::isISOControl)) {
        throw OpsException.badRequest(
            "the label \"%s\" cannot be given: use letters, digits, dots, hyphens and slashes for"
                    .formatted(name)
                + " its name, and up to 256 characters for its value");
      }
      if (name.equals(HostState.OVERCOMMIT_LABEL)) {
        requireOvercommit(value);
      }
      if (name.equals(HostResources.LABEL)) {
        requireResources(value);
      }
      labels.put(name, value);
    }
    if (labels.size() > MOST) {
      throw OpsException.badRequest("a host has at most %d labels".formatted(MOST));
    }
    return labels;
  }

  private static void requireResources(String value) {
    try {
      var _ = HostResources.parse(value);
    } catch (IllegalArgumentException e) {
      throw OpsException.badRequest(e.getMessage());
    }
  }

  private static void requireOvercommit(String value) {
    try {
      var _ = Overcommit.parse(value);
    } catch (IllegalArgumentException e) {
      throw OpsException.badRequest(e.getMessage());
    }
  }
}

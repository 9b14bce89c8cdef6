package dev.berth.scheduler;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Labels as expressions see them: keys in lower case, and no value that is too long to match. */
final class FoldedLabels {
  /** A value is text of a tenant, and may be matched against a pattern on each placement. */
  static final int MAX_VALUE_CHARS = 1024;

  private FoldedLabels() {}

  /** Of keys that differ in case alone, the first in the order of characters counts. */
  static Map<String, String> of(Map<String, String> labels) {
    Map<String, String> folded = new HashMap<>();
    new TreeMap<>(labels)
        .forEach(
            (key, value) -> {
              if (value.length() <= MAX_VALUE_CHARS) {
                folded.putIfAbsent(key.toLowerCase(Locale.ROOT), value);
              }
            });
    return Map.copyOf(folded);
  }
}

package dev.berth.scheduler.expression;

import java.util.Locale;
import java.util.Optional;

/**
 * That a group of containers shall be spread evenly over the values of a host label: {@code zone},
 * {@code zone,maxskew=2}, {@code zone,group=app}, {@code ~zone}. Immutable.
 *
 * @param label of hosts, in lower case; a host without it takes none of the group
 * @param maxSkew how many more of the group one value may have than the one with fewest, at least 1
 * @param group the container label whose value makes a group, in lower case; without it a group is
 *     what has the same name up to the number at its end, as {@code shop_web_1} and {@code
 *     shop_web_2}
 * @param soft whether it may be dropped when no host satisfies everything
 */
public record Topology(String label, int maxSkew, Optional<String> group, boolean soft) {
  private static final String SKEW = "maxskew=";
  private static final String GROUP = "group=";
  private static final int MAX_SKEW = 1_000;

  /**
   * Reads one, without the kind before it.
   *
   * @throws MalformedHintException with the reason alone
   */
  static Topology parse(String text) throws MalformedHintException {
    if (text.length() > Expression.MAX_CHARS) {
      throw new MalformedHintException(
          "it has more than %d characters".formatted(Expression.MAX_CHARS));
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new MalformedHintException("it has a control character");
    }
    boolean soft = text.startsWith("~");
    String[] parts = (soft ? text.substring(1) : text).split(",", -1);
    String label = key(parts[0]);
    int maxSkew = 1;
    Optional<String> group = Optional.empty();
    for (int i = 1; i < parts.length; i++) {
      String part = parts[i];
      if (part.startsWith(SKEW)) {
        maxSkew = skew(part.substring(SKEW.length()));
      } else if (part.startsWith(GROUP)) {
        group = Optional.of(key(part.substring(GROUP.length())));
      } else {
        throw new MalformedHintException(
            "after the label only maxskew=N and group=LABEL are known");
      }
    }
    return new Topology(label, maxSkew, group, soft);
  }

  private static String key(String text) throws MalformedHintException {
    if (!Expression.isKey(text)) {
      throw new MalformedHintException("\"%s\" is not the key of a label".formatted(text));
    }
    return text.toLowerCase(Locale.ROOT);
  }

  private static int skew(String text) throws MalformedHintException {
    try {
      int skew = Integer.parseInt(text);
      if (skew >= 1 && skew <= MAX_SKEW) {
        return skew;
      }
    } catch (NumberFormatException _) {
      // Told below.
    }
    throw new MalformedHintException("maxskew is a number from 1 to %d".formatted(MAX_SKEW));
  }

  Topology insisting() {
    return new Topology(label, maxSkew, group, false);
  }

  @Override
  public String toString() {
    return "spread:%s%s%s%s"
        .formatted(
            soft ? "~" : "",
            label,
            maxSkew == 1 ? "" : "," + SKEW + maxSkew,
            group.map(key -> "," + GROUP + key).orElse(""));
  }
}

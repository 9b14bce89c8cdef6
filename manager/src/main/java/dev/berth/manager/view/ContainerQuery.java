package dev.berth.manager.view;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What {@code GET /containers/json} asks for (Engine API, ContainerList).
 *
 * @param all stopped containers, too
 * @param limit at most so many, and then stopped ones, too; 0 for no limit
 * @param since only those made after this one; empty for no such bound
 * @param before only those made before this one; empty for no such bound
 */
public record ContainerQuery(boolean all, int limit, String since, String before, Filters filters) {
  public static final Set<String> KNOWN =
      Set.of(
          "ancestor",
          "before",
          "exited",
          "expose",
          "health",
          "id",
          "is-task",
          "isolation",
          "label",
          "name",
          "network",
          "publish",
          "since",
          "status",
          "volume");

  /** All of them, stopped ones, too. */
  public static final ContainerQuery ALL = new ContainerQuery(true, 0, "", "", Filters.NONE);

  private static final int MAX_PATTERN_CHARS = 512;
  private static final Pattern COUNTED = Pattern.compile("[{][0-9]");

  private static final Set<String> STATES =
      Set.of("created", "dead", "exited", "paused", "removing", "restarting", "running");
  private static final Set<String> HEALTHS = Set.of("healthy", "none", "starting", "unhealthy");

  /**
   * Checks the filters' values.
   *
   * @throws Filters.InvalidFilterException with the engine's words
   */
  public ContainerQuery {
    for (String state : filters.get("status")) {
      if (!STATES.contains(state)) {
        throw new Filters.InvalidFilterException("Invalid filter 'status=%s'".formatted(state));
      }
    }
    for (String health : filters.get("health")) {
      if (!HEALTHS.contains(health)) {
        throw new Filters.InvalidFilterException("Invalid filter 'health=%s'".formatted(health));
      }
    }
    for (String code : filters.get("exited")) {
      try {
        Integer.parseInt(code);
      } catch (NumberFormatException e) {
        throw new Filters.InvalidFilterException("Invalid filter 'exited=%s'".formatted(code));
      }
    }
    filters.get("name").forEach(ContainerQuery::boundPattern);
    filters.get("id").forEach(ContainerQuery::boundPattern);
    for (String key : List.of("publish", "expose")) {
      filters.get(key).forEach(PortRange::parse);
    }
  }

  /** Counted repetitions within each other multiply the memory that a pattern takes. */
  static void boundPattern(String pattern) {
    if (pattern.length() > MAX_PATTERN_CHARS
        || COUNTED.matcher(pattern).results().limit(2).count() > 1) {
      throw new Filters.InvalidFilterException(
          "a name or id filter is too large: use up to %d characters and one counted repetition"
              .formatted(MAX_PATTERN_CHARS));
    }
  }

  /** Whether stopped containers are listed. */
  boolean includesStopped() {
    return all
        || limit > 0
        || !since.isEmpty()
        || !before.isEmpty()
        || filters.has("status")
        || filters.has("exited")
        || filters.has("since")
        || filters.has("before");
  }

  /** Ports of one protocol, as 80, 80/udp or 8000-8010/tcp. */
  record PortRange(int from, int to, String protocol) {
    static PortRange parse(String text) {
      String[] parts = text.split("/", 2);
      String[] range = parts[0].split("-", 2);
      try {
        int from = Integer.parseInt(range[0]);
        int to = range.length == 2 ? Integer.parseInt(range[1]) : from;
        String protocol = parts.length == 2 ? parts[1].toLowerCase(Locale.ROOT) : "tcp";
        if (from < 0 || to > 65_535 || from > to) {
          throw new NumberFormatException();
        }
        return new PortRange(from, to, protocol);
      } catch (NumberFormatException e) {
        throw new Filters.InvalidFilterException("Invalid port: %s".formatted(text));
      }
    }

    boolean includes(int port, String ofProtocol) {
      return port >= from && port <= to && protocol.equals(ofProtocol);
    }
  }
}

package dev.berth.manager.cluster;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Ports from one to another, both included. */
public record PortRange(int first, int last) {
  private static final int MAX_PORT = 65_535;
  private static final Pattern TEXT = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?");

  public PortRange {
    if (first < 1 || last < first || last > MAX_PORT) {
      throw new IllegalArgumentException("ports are 1 to 65535, the lower one first");
    }
  }

  /** Reads {@code 80} or {@code 20000-32767}. */
  public static PortRange parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("a port, or two with a hyphen between");
    }
    int first = Integer.parseInt(matcher.group(1));
    return new PortRange(
        first, matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2)));
  }

  public boolean contains(int port) {
    return first <= port && port <= last;
  }

  int size() {
    return last - first + 1;
  }
}

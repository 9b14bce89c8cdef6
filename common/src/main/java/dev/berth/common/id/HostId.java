package dev.berth.common.id;

import java.util.regex.Pattern;

/** A Docker host, for as long as it belongs to the cluster; its agent's certificate carries it. */
public record HostId(String value) implements Comparable<HostId> {
  private static final Pattern FORM = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

  public HostId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "invalid host id \"%s\": use 1 to 63 lower case letters, digits and inner hyphens"
              .formatted(value));
    }
  }

  @Override
  public int compareTo(HostId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}

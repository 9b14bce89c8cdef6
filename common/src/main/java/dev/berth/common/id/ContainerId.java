package dev.berth.common.id;

import java.util.regex.Pattern;

/** The id that an engine gave a container: 64 lower case hexadecimal digits. */
public record ContainerId(String value) {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  public ContainerId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException("invalid container id \"%s\"".formatted(value));
    }
  }

  @Override
  public String toString() {
    return value;
  }
}

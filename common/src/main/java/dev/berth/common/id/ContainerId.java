package dev.berth.common.id;

/** The id that an engine gave a container: 64 lower case hexadecimal digits. */
public record ContainerId(String value) {
  public ContainerId {
    if (!Forms.isHex(value, 64)) {
      throw new IllegalArgumentException("invalid container id \"%s\"".formatted(value));
    }
  }

  // In maps of a hundred thousand these cost half of what those do that a record has by itself.
  @Override
  public boolean equals(Object other) {
    return other instanceof ContainerId(String text) && text.equals(value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return value;
  }
}

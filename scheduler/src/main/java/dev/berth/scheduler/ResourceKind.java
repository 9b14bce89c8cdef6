package dev.berth.scheduler;

/**
 * What hosts have and containers reserve besides CPU and memory, by name: {@code gpu}, {@code disk}
 * in bytes, {@code pids}, or any device that an operator counts, as {@code /dev/fuse}. Compared
 * exactly, so in lower case by custom.
 */
public record ResourceKind(String name) implements Comparable<ResourceKind> {
  /** Whole GPUs. */
  public static final ResourceKind GPU = new ResourceKind("gpu");

  /** Bytes. */
  public static final ResourceKind DISK = new ResourceKind("disk");

  /** Processes and threads ({@code HostConfig.PidsLimit}). */
  public static final ResourceKind PIDS = new ResourceKind("pids");

  public static final int MAX_CHARS = 128;

  public ResourceKind {
    if (name.isBlank() || name.length() > MAX_CHARS) {
      throw new IllegalArgumentException(
          "invalid kind of resource \"%s\": use 1 to %d characters".formatted(name, MAX_CHARS));
    }
  }

  /**
   * Whether a host that does not say how much it has sets no bound. So it is with what every host
   * has; a host that does not say that it has a device has none.
   */
  public boolean isEverywhere() {
    return equals(DISK) || equals(PIDS);
  }

  @Override
  public int compareTo(ResourceKind other) {
    return name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return name;
  }
}

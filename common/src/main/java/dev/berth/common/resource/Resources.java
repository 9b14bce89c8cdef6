package dev.berth.common.resource;

/**
 * An amount of CPU and memory.
 *
 * @param nanoCpus thousand-millionths of a CPU; not negative
 * @param memory in bytes; not negative
 */
public record Resources(long nanoCpus, long memory) {
  public static final Resources NONE = new Resources(0, 0);
  private static final long NANO = 1_000_000_000L;

  /** The CFS period of an engine when none is given, in microseconds (Engine API, HostConfig). */
  private static final long DEFAULT_PERIOD = 100_000;

  public Resources {
    if (nanoCpus < 0 || memory < 0) {
      throw new IllegalArgumentException(
          "an amount is not negative: %d nano CPUs, %d bytes".formatted(nanoCpus, memory));
    }
  }

  /** What a host of so many CPUs has. */
  public static Resources ofHost(int cpus, long memory) {
    return new Resources(cpus * NANO, memory);
  }

  /**
   * The CPU that a container's limits let it use: NanoCpus, else the quota in its period, else
   * nothing that could be counted on.
   */
  public static long cpu(long nanoCpus, long quota, long period) {
    if (nanoCpus > 0) {
      return nanoCpus;
    }
    if (quota <= 0) {
      return 0;
    }
    return Math.multiplyHigh(quota, NANO) != 0
        ? Long.MAX_VALUE / 4
        : quota * NANO / (period > 0 ? period : DEFAULT_PERIOD);
  }

  /** The sum; what does not fit in a long stays at the largest. */
  public Resources plus(Resources other) {
    return new Resources(sum(nanoCpus, other.nanoCpus), sum(memory, other.memory));
  }

  private static long sum(long a, long b) {
    return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
  }

  /**
   * The difference.
   *
   * @throws IllegalArgumentException when more is taken than there is
   */
  public Resources minus(Resources other) {
    return new Resources(nanoCpus - other.nanoCpus, memory - other.memory);
  }
}

package dev.berth.common.resource;

import java.math.BigDecimal;
import java.math.BigInteger;

/** Processor time per time, in billionths of one CPU: 1,500,000,000 is one and a half CPUs. */
public record NanoCpus(long value) implements Comparable<NanoCpus> {
  /** As much as can be asked for or had: about a million CPUs, so that sums stay exact. */
  public static final NanoCpus MAX = new NanoCpus(1L << 50);

  public static final NanoCpus NONE = new NanoCpus(0);

  private static final long PER_CPU = 1_000_000_000L;
  private static final long DEFAULT_PERIOD_MICROS = 100_000;

  public NanoCpus {
    if (value < 0) {
      throw new IllegalArgumentException(
          "invalid amount of CPU %d: it cannot be negative".formatted(value));
    }
  }

  /** Whole CPUs, as an engine counts those of its host. */
  public static NanoCpus ofCpus(int cpus) {
    return new NanoCpus(cpus * PER_CPU);
  }

  /**
   * What a container reserves by the {@code HostConfig} of its create call (Engine API v1.25 and
   * later): {@code NanoCpus} when given, else {@code CpuQuota} over {@code CpuPeriod}, else
   * nothing.
   *
   * <p>{@code CpuShares} reserves nothing: it is a weight against neighbours, not an amount. The
   * engine takes a value of zero or less as not given, and refuses {@code NanoCpus} together with
   * the other two. More than {@link #MAX} counts as {@link #MAX}, which no host has.
   *
   * @param nanoCpus in billionths of a CPU
   * @param cpuQuota microseconds of CPU time in each period
   * @param cpuPeriod microseconds; the kernel's default of 100,000 when not given
   */
  public static NanoCpus ofHostConfig(long nanoCpus, long cpuQuota, long cpuPeriod) {
    if (nanoCpus > 0) {
      return new NanoCpus(Math.min(nanoCpus, MAX.value));
    }
    if (cpuQuota <= 0) {
      return NONE;
    }
    BigInteger period = BigInteger.valueOf(cpuPeriod > 0 ? cpuPeriod : DEFAULT_PERIOD_MICROS);
    return new NanoCpus(
        BigInteger.valueOf(cpuQuota)
            .multiply(BigInteger.valueOf(PER_CPU))
            .divide(period)
            .min(BigInteger.valueOf(MAX.value))
            .longValueExact());
  }

  /**
   * @throws ArithmeticException when the sum is no {@code long}
   */
  public NanoCpus plus(NanoCpus other) {
    return new NanoCpus(Math.addExact(value, other.value));
  }

  /**
   * @throws IllegalArgumentException when the other is more
   */
  public NanoCpus minus(NanoCpus other) {
    return new NanoCpus(value - other.value);
  }

  @Override
  public int compareTo(NanoCpus other) {
    return Long.compare(value, other.value);
  }

  /** In CPUs, as {@code 1.5 CPUs}. */
  @Override
  public String toString() {
    String cpus = BigDecimal.valueOf(value, 9).stripTrailingZeros().toPlainString();
    return cpus + (value == PER_CPU ? " CPU" : " CPUs");
  }
}

package dev.berth.common.resource;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An amount of memory or disk, in bytes. */
public record Bytes(long value) implements Comparable<Bytes> {
  /** As much as can be asked for or had: 1 PiB, so that sums stay exact. */
  public static final Bytes MAX = new Bytes(1L << 50);

  public static final Bytes NONE = new Bytes(0);

  private static final String UNITS = "KMGTPE";
  private static final int UNIT_BITS = 10;

  private static final Pattern SIZE =
      Pattern.compile(
          "(?<number>\\d{1,18}(\\.\\d{0,18})?|\\.\\d{1,18}) ?((?<unit>[kmgtp])(i?b)?|b)?",
          Pattern.CASE_INSENSITIVE);

  public Bytes {
    if (value < 0) {
      throw new IllegalArgumentException(
          "invalid number of bytes %d: it cannot be negative".formatted(value));
    }
  }

  /**
   * What a container reserves by {@code HostConfig.Memory} (Engine API, ContainerCreate): nothing
   * when it is zero or less, for the engine then sets no limit. More than {@link #MAX} counts as
   * {@link #MAX}, which no host has.
   */
  public static Bytes ofHostConfig(long memory) {
    return memory <= 0 ? NONE : new Bytes(Math.min(memory, MAX.value));
  }

  /**
   * Reads a size as an engine reads those of its options ({@code RAMInBytes} of docker/go-units):
   * {@code 10G}, {@code 1.5 GiB}, {@code 64mb}, all in powers of 1024. More than {@link #MAX}
   * counts as {@link #MAX}, which no host has.
   *
   * @throws IllegalArgumentException with the engine's sentence when it is none
   */
  public static Bytes parse(String text) {
    Matcher size = SIZE.matcher(text);
    if (!size.matches()) {
      throw new IllegalArgumentException("invalid size: '%s'".formatted(text));
    }
    String unit = size.group("unit");
    int steps = unit == null ? 0 : 1 + UNITS.indexOf(unit.toUpperCase(Locale.ROOT));
    return new Bytes(
        new BigDecimal(size.group("number"))
            .multiply(BigDecimal.valueOf(1L << (UNIT_BITS * steps)))
            .min(BigDecimal.valueOf(MAX.value))
            .longValue());
  }

  /**
   * @throws ArithmeticException when the sum is no {@code long}
   */
  public Bytes plus(Bytes other) {
    return new Bytes(Math.addExact(value, other.value));
  }

  /**
   * @throws IllegalArgumentException when the other is more
   */
  public Bytes minus(Bytes other) {
    return new Bytes(value - other.value);
  }

  @Override
  public int compareTo(Bytes other) {
    return Long.compare(value, other.value);
  }

  /** For people, as {@code 64MiB} or {@code 1.5GiB}. */
  @Override
  public String toString() {
    int unit = 0;
    while (unit < UNITS.length() && value >> (UNIT_BITS * (unit + 1)) > 0) {
      unit++;
    }
    if (unit == 0) {
      return value + "B";
    }
    String amount = String.format(Locale.ROOT, "%.2f", value / Math.scalb(1.0, UNIT_BITS * unit));
    return amount.replaceFirst("\\.?0+$", "") + UNITS.charAt(unit - 1) + "iB";
  }
}

package dev.berth.scheduler.quota;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.berth.common.resource.Bytes;
import dev.berth.common.resource.NanoCpus;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What can be limited, in whole units: single things, billionths of a CPU, bytes. */
public enum Quantity {
  /** Containers, stopped ones too. */
  CONTAINERS("containers", Unit.THINGS),
  /** CPU that containers and builds have reserved. */
  CPUS("cpus", Unit.CPUS),
  /** Memory that containers and builds have reserved. */
  MEMORY("memory", Unit.BYTES),
  /** GPUs that containers have, stopped ones too. */
  GPUS("gpus", Unit.THINGS),
  /** Devices of hosts that containers are given by name, stopped ones too. */
  DEVICES("devices", Unit.THINGS),
  /** Processes that containers may have at most, stopped ones too. */
  PIDS("pids", Unit.THINGS),
  /** Room on the disk that containers were given a size of, stopped ones too. */
  DISK("disk", Unit.BYTES),
  /** Published ports of hosts, those of stopped containers too. */
  PORTS("ports", Unit.THINGS),
  VOLUMES("volumes", Unit.THINGS),
  /** What is in the tenant's volumes. */
  VOLUME_BYTES("volume-bytes", Unit.BYTES),
  /** Networks that the tenant made. */
  NETWORKS("networks", Unit.THINGS),
  /** What the tenant's own images take, each counted whole and once. */
  IMAGE_BYTES("image-bytes", Unit.BYTES),
  /** Builds that run at the same time. */
  BUILDS("builds", Unit.THINGS);

  private enum Unit {
    THINGS,
    CPUS,
    BYTES
  }

  private static final Pattern SIZE = Pattern.compile("(\\d{1,15})([bkmgt]?)b?");
  private static final String SCALE = "bkmgt";
  private static final int BITS_A_STEP = 10;
  private static final int NANO_DIGITS = 9;

  private final String word;
  private final Unit unit;

  Quantity(String word, Unit unit) {
    this.word = word;
    this.unit = unit;
  }

  /** As people write it. */
  public String word() {
    return word;
  }

  /** The one that people write so. */
  public static Optional<Quantity> ofWord(String word) {
    return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst();
  }

  static List<String> words() {
    return Arrays.stream(values()).map(Quantity::word).toList();
  }

  /**
   * Reads an amount: a whole number of things, CPUs as {@code 1.5}, bytes as {@code 512m} or {@code
   * 4g} (powers of 1024, as the docker CLI takes them).
   *
   * @throws IllegalArgumentException with a sentence
   */
  public long parse(String text) {
    try {
      return switch (unit) {
        case THINGS -> whole(text);
        case CPUS -> within(new BigDecimal(text).movePointRight(NANO_DIGITS).longValueExact());
        case BYTES -> bytes(text.toLowerCase(Locale.ROOT));
      };
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException(
          "invalid amount of %s \"%s\": use %s".formatted(word, text, example()), e);
    }
  }

  private String example() {
    return switch (unit) {
      case THINGS -> "a whole number";
      case CPUS -> "a number of CPUs, as 1.5";
      case BYTES -> "a size, as 512m or 4g";
    };
  }

  private static long whole(String text) {
    return within(Long.parseLong(text));
  }

  private static long bytes(String text) {
    Matcher size = SIZE.matcher(text);
    if (!size.matches()) {
      throw new NumberFormatException(text);
    }
    int steps = size.group(2).isEmpty() ? 0 : SCALE.indexOf(size.group(2));
    return within(Math.multiplyExact(Long.parseLong(size.group(1)), 1L << (BITS_A_STEP * steps)));
  }

  private static long within(long amount) {
    if (amount < 0 || amount > Bytes.MAX.value()) {
      throw new NumberFormatException();
    }
    return amount;
  }

  /** An amount for people, as {@code 1.5 CPUs}, {@code 4GiB}, {@code 20}. */
  public String text(long amount) {
    return switch (unit) {
      case THINGS -> Long.toString(amount);
      case CPUS -> new NanoCpus(amount).toString();
      case BYTES -> new Bytes(amount).toString();
    };
  }
}

package dev.berth.scheduler.quota;

import com.google.re2j.Pattern;
import dev.berth.common.resource.Bytes;
import dev.berth.common.resource.NanoCpus;

/**
 * A named set of limits for a container, as clouds and the FIWARE Docker Container Service have
 * them.
 *
 * @param name 1 to 63 of a-z, 0-9 and inner hyphens and dots
 * @param cpus nothing when it sets no limit
 * @param memory likewise
 */
public record Flavor(String name, NanoCpus cpus, Bytes memory) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?");
  private static final String ANY = "-";

  public Flavor {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "invalid flavor \"%s\": use 1 to 63 of a-z, 0-9 and inner hyphens and dots"
              .formatted(name));
    }
  }

  /**
   * Reads limits, CPUs and memory, as {@code 0.5/512m}; a hyphen sets no limit.
   *
   * @throws IllegalArgumentException with a sentence
   */
  public static Flavor parse(String name, String limits) {
    String[] parts = limits.split("/", -1);
    if (parts.length != 2) {
      throw new IllegalArgumentException(
          "invalid flavor %s=%s: write its CPUs and memory as 0.5/512m, with - for no limit"
              .formatted(name, limits));
    }
    return new Flavor(
        name,
        new NanoCpus(amount(Quantity.CPUS, parts[0].strip())),
        new Bytes(amount(Quantity.MEMORY, parts[1].strip())));
  }

  private static long amount(Quantity quantity, String text) {
    return text.equals(ANY) ? 0 : quantity.parse(text);
  }

  /** For people, as {@code small (0.5 CPUs, 512MiB)}. */
  @Override
  public String toString() {
    return "%s (%s, %s)"
        .formatted(
            name,
            cpus.value() == 0 ? "any CPU" : cpus,
            memory.value() == 0 ? "any memory" : memory);
  }
}

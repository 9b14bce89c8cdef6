package dev.berth.manager.tenant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.resource.NanoCpus;
import dev.berth.scheduler.quota.Flavor;
import dev.berth.scheduler.quota.Quantity;
import dev.berth.scheduler.quota.Quota;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The flavors of this installation, and what they do to the limits of a container. Immutable.
 *
 * @param mode what becomes of a container that does not say its limits
 * @param all at least one
 * @param usual the one for who names none
 */
public record Flavors(Mode mode, List<Flavor> all, Flavor usual) {
  /** Nobody is given a limit, unless a quota needs it. */
  public static final Flavors NONE =
      new Flavors(Mode.OFF, List.of(), Flavor.parse("unlimited", "-/-"));

  private static final long NANO = 1_000_000_000L;

  /** How far flavors go. */
  public enum Mode {
    /** Only what a quota counts gets a limit where none is given. */
    OFF,
    /** What is missing is filled in. */
    DEFAULT,
    /** What is missing is filled in, and nothing but a flavor is let by. */
    ENFORCED
  }

  public Flavors {
    all = List.copyOf(all);
  }

  /**
   * These flavors.
   *
   * @param usual the name of one of them
   * @throws IllegalArgumentException with a sentence
   */
  public static Flavors of(Mode mode, List<Flavor> all, String usual) {
    return new Flavors(
        mode,
        all,
        all.stream()
            .filter(flavor -> flavor.name().equals(usual))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "there is no flavor %s; there are %s".formatted(usual, names(all)))));
  }

  public Optional<Flavor> find(String name) {
    return all.stream().filter(flavor -> flavor.name().equals(name)).findFirst();
  }

  private static String names(List<Flavor> flavors) {
    return flavors.stream().map(Flavor::name).collect(Collectors.joining(", "));
  }

  /**
   * Gives a container the limits that it must have.
   *
   * @param host its host configuration, which is changed
   * @param asked the flavor that its user named
   * @param allotment what its tenant may have
   */
  void fill(ObjectNode host, Optional<String> asked, Allotment allotment, Place at) {
    Flavor flavor =
        asked
            .map(
                name ->
                    find(name)
                        .orElseThrow(
                            () ->
                                at.denied(
                                    "there is no flavor %s; there are %s"
                                        .formatted(name, names(all)))))
            .or(() -> allotment.flavor().flatMap(this::find))
            .orElse(usual);
    boolean always = asked.isPresent() || mode != Mode.OFF;
    Quota quota = allotment.quota();
    if (!hasMemory(host) && (always || quota.limit(Quantity.MEMORY).isPresent())) {
      putMemory(host, flavor, at);
    }
    if (!hasCpu(host) && (always || quota.limit(Quantity.CPUS).isPresent())) {
      putCpu(host, flavor);
    }
    if (mode == Mode.ENFORCED) {
      requireFlavor(host, at);
    }
  }

  private static boolean hasMemory(ObjectNode host) {
    return host.path("Memory").asLong() > 0;
  }

  private static boolean hasCpu(ObjectNode host) {
    return host.path("NanoCpus").asLong() > 0 || host.path("CpuQuota").asLong() > 0;
  }

  private static void putMemory(ObjectNode host, Flavor flavor, Place at) {
    long memory = flavor.memory().value();
    if (memory == 0) {
      return;
    }
    if (host.path("MemoryReservation").asLong() > memory) {
      throw at.field("MemoryReservation")
          .denied("it is more than the memory of the flavor " + flavor + "; give Memory, too");
    }
    host.put("Memory", memory);
  }

  /** An engine takes no NanoCpus beside a period. */
  private static void putCpu(ObjectNode host, Flavor flavor) {
    long cpus = flavor.cpus().value();
    long period = host.path("CpuPeriod").asLong();
    if (cpus > 0 && period > 0) {
      host.put("CpuQuota", Math.max(1_000, cpus * period / NANO));
    } else if (cpus > 0) {
      host.put("NanoCpus", cpus);
    }
  }

  /** Nothing but a flavor, exactly. */
  void requireFlavor(JsonNode host, Place at) {
    if (mode == Mode.ENFORCED && all.stream().noneMatch(flavor -> isOf(host, flavor))) {
      throw at.denied(
          "CPU and memory must be those of a flavor: "
              + all.stream().map(Flavor::toString).collect(Collectors.joining(", ")));
    }
  }

  private static boolean isOf(JsonNode host, Flavor flavor) {
    NanoCpus cpus =
        NanoCpus.ofHostConfig(
            host.path("NanoCpus").asLong(),
            host.path("CpuQuota").asLong(),
            host.path("CpuPeriod").asLong());
    return cpus.equals(flavor.cpus()) && host.path("Memory").asLong() == flavor.memory().value();
  }
}

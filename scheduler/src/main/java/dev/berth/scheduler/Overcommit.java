package dev.berth.scheduler;

import dev.berth.common.resource.Bytes;
import dev.berth.common.resource.NanoCpus;
import dev.berth.common.resource.Resources;
import java.util.HashMap;
import java.util.Map;

/**
 * How much more than a host's capacity may be reserved, in percent of it. Each is from 0 to 1,000.
 *
 * @param extras by kind; what is not there is 0
 */
public record Overcommit(int cpus, int memory, Map<ResourceKind, Integer> extras) {
  /** Swarm 1.2.9: {@code --cluster-opt swarm.overcommit=0.05}. */
  public static final Overcommit DEFAULT = new Overcommit(5);

  private static final int MAX_PERCENT = 1_000;

  public Overcommit {
    check(cpus);
    check(memory);
    extras.values().forEach(Overcommit::check);
    extras = Map.copyOf(extras);
  }

  /** The same for CPU and memory, and none of the rest. */
  public Overcommit(int percent) {
    this(percent, percent, Map.of());
  }

  /**
   * As operators write it.
   *
   * @param percents by {@code cpus}, {@code memory}, {@code disk} and {@code pids}; what is not
   *     there is 0. A GPU is one container's, so no more of them can be promised than there are
   * @throws IllegalArgumentException with a sentence
   */
  public static Overcommit of(Map<String, String> percents) {
    Map<ResourceKind, Integer> extras = new HashMap<>();
    for (String name : percents.keySet()) {
      switch (name) {
        case "cpus", "memory" -> {}
        case "disk" -> extras.put(ResourceKind.DISK, percent(name, percents));
        case "pids" -> extras.put(ResourceKind.PIDS, percent(name, percents));
        default ->
            throw new IllegalArgumentException(
                "invalid overcommit of %s: use cpus, memory, disk and pids, as cpus=50,memory=0"
                    .formatted(name));
      }
    }
    return new Overcommit(percent("cpus", percents), percent("memory", percents), extras);
  }

  /** The same in one text, as {@code cpus=100,memory=0}. */
  public static Overcommit parse(String text) {
    Map<String, String> percents = new HashMap<>();
    for (String pair : text.trim().split("\\s*,\\s*")) {
      String[] sides = pair.split("=", 2);
      percents.put(sides[0], sides.length == 2 ? sides[1] : "");
    }
    return of(percents);
  }

  private static int percent(String name, Map<String, String> percents) {
    String text = percents.getOrDefault(name, "0");
    try {
      return Integer.parseInt(text.endsWith("%") ? text.substring(0, text.length() - 1) : text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "invalid overcommit \"%s=%s\": use a number of percent, as %s=50"
              .formatted(name, text, name));
    }
  }

  private static void check(int percent) {
    if (percent < 0 || percent > MAX_PERCENT) {
      throw new IllegalArgumentException(
          "invalid overcommit %d: use 0 to %d percent".formatted(percent, MAX_PERCENT));
    }
  }

  /** What may be reserved in all, rounded down. */
  Resources limit(Resources capacity) {
    return new Resources(
        new NanoCpus(raised(capacity.cpus().value(), cpus)),
        new Bytes(raised(capacity.memory().value(), memory)));
  }

  Extras limit(Extras capacity) {
    Map<ResourceKind, Long> limits = new HashMap<>();
    capacity
        .amounts()
        .forEach((kind, amount) -> limits.put(kind, raised(amount, extras.getOrDefault(kind, 0))));
    return new Extras(limits);
  }

  private static long raised(long amount, int percent) {
    return amount + amount * percent / 100;
  }
}

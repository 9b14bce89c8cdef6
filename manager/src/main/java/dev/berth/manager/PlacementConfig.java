package dev.berth.manager;

import dev.berth.common.resource.Bytes;
import dev.berth.common.resource.NanoCpus;
import dev.berth.common.resource.Resources;
import dev.berth.manager.cluster.PlacementHints;
import dev.berth.manager.tenant.Allotment;
import dev.berth.manager.tenant.Flavors;
import dev.berth.scheduler.Overcommit;
import dev.berth.scheduler.quota.Flavor;
import dev.berth.scheduler.quota.Quantity;
import dev.berth.scheduler.quota.Quota;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * How containers are placed and what they get.
 *
 * @param strategy for tenants and containers that say nothing of it
 * @param overcommit how much more than it has a host may promise
 * @param reserve what each host keeps for itself, off what it has
 * @param flavors the named sizes of containers
 * @param usual what a tenant may have that nothing was said of
 * @param rescheduleAfter how long a host may be silent before what may is made anew elsewhere
 */
public record PlacementConfig(
    PlacementHints.Choice strategy,
    Overcommit overcommit,
    Resources reserve,
    Flavors flavors,
    Allotment usual,
    Duration rescheduleAfter) {
  /** Spread, without flavors or quotas. */
  public static final PlacementConfig DEFAULT =
      new PlacementConfig(
          PlacementHints.Choice.SPREAD,
          Overcommit.DEFAULT,
          Resources.NONE,
          Flavors.NONE,
          Allotment.NONE,
          Duration.ofMinutes(1));

  /**
   * As people write it.
   *
   * @param strategy a word of the hint
   * @param overcommit how much more than it has a host may promise, in percent of each resource
   * @param reserve amounts of cpus and memory
   * @param flavorMode a word of {@link Flavors.Mode}
   * @param flavors the limits of each, by its name
   * @param usualFlavor the name of one of them
   * @param usualQuota amounts by the words of quantities
   * @param rescheduleAfter as of the record
   * @throws IllegalArgumentException with a sentence
   */
  public static PlacementConfig of(
      String strategy,
      Map<String, String> overcommit,
      Map<String, String> reserve,
      String flavorMode,
      Map<String, String> flavors,
      String usualFlavor,
      Map<String, String> usualQuota,
      Duration rescheduleAfter) {
    return new PlacementConfig(
        PlacementHints.Choice.of(strategy),
        Overcommit.of(overcommit),
        reserve(reserve),
        Flavors.of(
            Flavors.Mode.valueOf(flavorMode.toUpperCase(Locale.ROOT)),
            flavors.entrySet().stream()
                .map(each -> Flavor.parse(each.getKey(), each.getValue()))
                .toList(),
            usualFlavor),
        Allotment.of(Quota.of(usualQuota)),
        rescheduleAfter);
  }

  private static Resources reserve(Map<String, String> texts) {
    Set<String> others = new HashSet<>(texts.keySet());
    others.removeAll(Set.of(Quantity.CPUS.word(), Quantity.MEMORY.word()));
    if (!others.isEmpty()) {
      throw new IllegalArgumentException(
          "a host keeps cpus and memory for itself, and nothing else: leave out "
              + String.join(", ", others));
    }
    Map<Quantity, Long> amounts = Quota.of(texts).limits();
    return new Resources(
        new NanoCpus(amounts.getOrDefault(Quantity.CPUS, 0L)),
        new Bytes(amounts.getOrDefault(Quantity.MEMORY, 0L)));
  }
}

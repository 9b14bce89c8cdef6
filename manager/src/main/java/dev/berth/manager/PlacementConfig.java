package dev.berth.manager;

import dev.berth.manager.cluster.PlacementHints;
import dev.berth.manager.tenant.Allotment;
import dev.berth.manager.tenant.Flavors;
import dev.berth.scheduler.Overcommit;
import dev.berth.scheduler.quota.Flavor;
import dev.berth.scheduler.quota.Quota;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How containers are placed and what they get.
 *
 * @param strategy for tenants and containers that say nothing of it
 * @param overcommit how much more than it has a host may promise
 * @param flavors the named sizes of containers
 * @param usual what a tenant may have that nothing was said of
 */
public record PlacementConfig(
    PlacementHints.Choice strategy, Overcommit overcommit, Flavors flavors, Allotment usual) {
  /** Spread, without flavors or quotas. */
  public static final PlacementConfig DEFAULT =
      new PlacementConfig(
          PlacementHints.Choice.SPREAD, Overcommit.DEFAULT, Flavors.NONE, Allotment.NONE);

  /**
   * As people write it.
   *
   * @param strategy a word of the hint
   * @param overcommitPercent how much more than it has a host may promise
   * @param flavorMode a word of {@link Flavors.Mode}
   * @param flavors the limits of each, by its name
   * @param usualFlavor the name of one of them
   * @param usualQuota amounts by the words of quantities
   * @throws IllegalArgumentException with a sentence
   */
  public static PlacementConfig of(
      String strategy,
      int overcommitPercent,
      String flavorMode,
      Map<String, String> flavors,
      String usualFlavor,
      Map<String, String> usualQuota) {
    return new PlacementConfig(
        PlacementHints.Choice.of(strategy),
        new Overcommit(overcommitPercent),
        Flavors.of(
            Flavors.Mode.valueOf(flavorMode.toUpperCase(Locale.ROOT)),
            flavors.entrySet().stream()
                .map(each -> Flavor.parse(each.getKey(), each.getValue()))
                .toList(),
            usualFlavor),
        new Allotment(Quota.of(usualQuota), Optional.empty(), Optional.empty()));
  }
}

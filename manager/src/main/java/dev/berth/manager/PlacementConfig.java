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
   * With that strategy, and else as {@link #DEFAULT}.
   *
   * @param strategy a word of the hint
   * @param rescheduleAfter as of the record
   * @throws IllegalArgumentException when there is no such strategy
   */
  public static PlacementConfig of(String strategy, Duration rescheduleAfter) {
    return new PlacementConfig(
        PlacementHints.Choice.of(strategy),
        DEFAULT.overcommit,
        DEFAULT.reserve,
        DEFAULT.flavors,
        DEFAULT.usual,
        rescheduleAfter);
  }

  /**
   * The same, with hosts that promise so much more than they have.
   *
   * @param percents by the words of quantities, as {@link Overcommit#of} takes them
   * @throws IllegalArgumentException with a sentence
   */
  public PlacementConfig promising(Map<String, String> percents) {
    return new PlacementConfig(
        strategy, Overcommit.of(percents), reserve, flavors, usual, rescheduleAfter);
  }

  /**
   * The same, with hosts that keep so much for themselves.
   *
   * @param amounts of {@code cpus} and {@code memory}
   * @throws IllegalArgumentException with a sentence
   */
  public PlacementConfig keeping(Map<String, String> amounts) {
    return new PlacementConfig(
        strategy, overcommit, reserve(amounts), flavors, usual, rescheduleAfter);
  }

  /**
   * The same, with these flavors, of which none is the usual one yet.
   *
   * @param mode a word of {@link Flavors.Mode}
   * @param limits of each, by its name
   * @throws IllegalArgumentException with a sentence
   */
  public PlacementConfig flavored(String mode, Map<String, String> limits) {
    return with(
        new Flavors(
            Flavors.Mode.valueOf(mode.toUpperCase(Locale.ROOT)),
            limits.entrySet().stream()
                .map(each -> Flavor.parse(each.getKey(), each.getValue()))
                .toList(),
            Flavors.NONE.usual()));
  }

  /**
   * The same, with the flavor of that name as the usual one.
   *
   * @throws IllegalArgumentException with a sentence, when there is none
   */
  public PlacementConfig usually(String flavor) {
    return with(Flavors.of(flavors.mode(), flavors.all(), flavor));
  }

  private PlacementConfig with(Flavors others) {
    return new PlacementConfig(strategy, overcommit, reserve, others, usual, rescheduleAfter);
  }

  /**
   * The same, with what a tenant may have that nothing was said of.
   *
   * @param amounts by the words of quantities
   * @throws IllegalArgumentException with a sentence
   */
  public PlacementConfig allotting(Map<String, String> amounts) {
    return new PlacementConfig(
        strategy, overcommit, reserve, flavors, Allotment.of(Quota.of(amounts)), rescheduleAfter);
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

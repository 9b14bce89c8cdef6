package dev.berth.scheduler;

import dev.berth.common.resource.Bytes;
import dev.berth.common.resource.NanoCpus;
import dev.berth.common.resource.Resources;

/**
 * How much more than a host's capacity may be reserved, in percent of it.
 *
 * @param percent from 0 to 1,000
 */
public record Overcommit(int percent) {
  /** Swarm 1.2.9: {@code --cluster-opt swarm.overcommit=0.05}. */
  public static final Overcommit DEFAULT = new Overcommit(5);

  private static final int MAX_PERCENT = 1_000;

  public Overcommit {
    if (percent < 0 || percent > MAX_PERCENT) {
      throw new IllegalArgumentException(
          "invalid overcommit %d: use 0 to %d percent".formatted(percent, MAX_PERCENT));
    }
  }

  /** What may be reserved in all, rounded down. */
  Resources limit(Resources capacity) {
    return new Resources(
        new NanoCpus(raised(capacity.cpus().value())),
        new Bytes(raised(capacity.memory().value())));
  }

  private long raised(long amount) {
    return amount + amount * percent / 100;
  }
}

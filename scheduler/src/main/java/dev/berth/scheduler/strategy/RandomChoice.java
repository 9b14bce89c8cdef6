package dev.berth.scheduler.strategy;

import dev.berth.scheduler.HostState;
import dev.berth.scheduler.Request;
import dev.berth.scheduler.Strategy;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Any host that has room, the same ones for the same seed. Swarm's did not look whether there was
 * room; here the filters have.
 */
public final class RandomChoice implements Strategy {
  private final SplittableRandom random;

  public RandomChoice(long seed) {
    random = new SplittableRandom(seed);
  }

  @Override
  public String name() {
    return "random";
  }

  @Override
  public HostState choose(List<HostState> candidates, Request request) {
    return candidates.get(random.nextInt(candidates.size()));
  }
}

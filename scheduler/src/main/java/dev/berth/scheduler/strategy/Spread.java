package dev.berth.scheduler.strategy;

import dev.berth.scheduler.HostState;
import dev.berth.scheduler.Request;
import dev.berth.scheduler.Strategy;
import java.util.List;
import java.util.OptionalLong;

/**
 * The host that would be least full, then the one with fewest containers, then the one with the
 * lowest id.
 */
public final class Spread implements Strategy {

  @Override
  public String name() {
    return "spread";
  }

  @Override
  public Order order() {
    return Order.LEAST_FULL;
  }

  @Override
  public OptionalLong score(HostState host, Request request) {
    return OptionalLong.of(Score.of(host, request.resources()));
  }

  @Override
  public HostState choose(List<HostState> candidates, Request request) {
    HostState best = candidates.getFirst();
    long bestScore = Score.of(best, request.resources());
    for (HostState host : candidates.subList(1, candidates.size())) {
      long score = Score.of(host, request.resources());
      if (score < bestScore || (score == bestScore && host.containers() < best.containers())) {
        best = host;
        bestScore = score;
      }
    }
    return best;
  }
}

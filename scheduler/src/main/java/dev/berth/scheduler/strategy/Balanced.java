package dev.berth.scheduler.strategy;

import dev.berth.common.resource.Resources;
import dev.berth.scheduler.HostState;
import dev.berth.scheduler.Request;
import dev.berth.scheduler.ResourceKind;
import dev.berth.scheduler.Strategy;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The host whose scarcest resource would be the least full, then the one with fewest containers,
 * then the one with the lowest id. Every resource counts, also those that are not asked for, so
 * that a host that is short of memory is spared even by what needs CPU alone.
 *
 * <p>Shares are of the limit, capacity and overcommit, and compared exactly: no percents.
 */
public final class Balanced implements Strategy {

  @Override
  public String name() {
    return "balanced";
  }

  /** In percent, rounded down: hosts of equal score can differ. */
  @Override
  public OptionalLong score(HostState host, Request request) {
    return OptionalLong.of(largest(host, request).percent());
  }

  @Override
  public HostState choose(List<HostState> candidates, Request request) {
    HostState best = candidates.getFirst();
    Share bestShare = largest(best, request);
    for (HostState host : candidates.subList(1, candidates.size())) {
      Share share = largest(host, request);
      int order = share.compareTo(bestShare);
      if (order < 0 || (order == 0 && host.containers() < best.containers())) {
        best = host;
        bestShare = share;
      }
    }
    return best;
  }

  private static Share largest(HostState host, Request request) {
    Resources asked = request.resources();
    Resources limit = host.limit();
    Resources used = host.used();
    Share largest =
        Share.larger(
            new Share(used.cpus().value() + asked.cpus().value(), limit.cpus().value()),
            new Share(used.memory().value() + asked.memory().value(), limit.memory().value()));
    if (!host.extraLimit().isNone()) {
      for (Map.Entry<ResourceKind, Long> extra : host.extraLimit().amounts().entrySet()) {
        ResourceKind kind = extra.getKey();
        long taken = host.extraUsed().of(kind) + request.demands().extras().of(kind);
        largest = Share.larger(largest, new Share(taken, extra.getValue()));
      }
    }
    return largest;
  }
}

package dev.berth.scheduler.strategy;

import dev.berth.common.resource.Resources;
import dev.berth.scheduler.HostState;

/**
 * How full a host would be: the percents, rounded down, of CPU and of memory that would be reserved
 * with the request, added up. A dimension that is not asked for counts 100 (Swarm 1.2.9). The whole
 * is the limit, capacity and overcommit, as in Swarm.
 */
final class Score {
  private static final int PERCENT = 100;

  private Score() {}

  static long of(HostState host, Resources asked) {
    Resources limit = host.limit();
    Resources used = host.used();
    return percent(asked.cpus().value(), used.cpus().value(), limit.cpus().value())
        + percent(asked.memory().value(), used.memory().value(), limit.memory().value());
  }

  /** Cannot overflow: a host that is admitted has the sum within a limit far below it. */
  private static long percent(long asked, long used, long limit) {
    return asked == 0 ? PERCENT : (used + asked) * PERCENT / limit;
  }
}

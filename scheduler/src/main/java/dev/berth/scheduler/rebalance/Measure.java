package dev.berth.scheduler.rebalance;

import dev.berth.common.resource.Resources;
import dev.berth.scheduler.HostCondition;
import dev.berth.scheduler.HostState;
import java.util.Collection;

/**
 * How a fleet stands, over its healthy hosts.
 *
 * @param hosts how many are healthy
 * @param used how many of them have a container
 * @param fullest the largest share of CPU or memory that is reserved on one, in percent of its
 *     limit
 * @param unevenness the sum over hosts of the squares of their shares of CPU and of memory, from 0
 *     to 1 each: the lower, the more even
 */
public record Measure(int hosts, int used, double fullest, double unevenness) {

  static Measure of(Collection<HostState> all) {
    int hosts = 0;
    int used = 0;
    double fullest = 0;
    double unevenness = 0;
    for (HostState host : all) {
      if (host.condition() == HostCondition.HEALTHY) {
        hosts++;
        used += host.containers() > 0 ? 1 : 0;
        fullest = Math.max(fullest, 100 * largestShare(host));
        unevenness += unevenness(host);
      }
    }
    return new Measure(hosts, used, fullest, unevenness);
  }

  static double largestShare(HostState host) {
    return Math.max(
        share(host.used().cpus().value(), host.limit().cpus().value()),
        share(host.used().memory().value(), host.limit().memory().value()));
  }

  static double unevenness(HostState host) {
    return unevennessWithout(host, Resources.NONE);
  }

  /** As it would be if less were reserved there. */
  static double unevennessWithout(HostState host, Resources less) {
    double cpus = share(host.used().cpus().minus(less.cpus()).value(), host.limit().cpus().value());
    double memory =
        share(host.used().memory().minus(less.memory()).value(), host.limit().memory().value());
    return cpus * cpus + memory * memory;
  }

  private static double share(long part, long whole) {
    return part == 0 ? 0 : (double) part / Math.max(1, whole);
  }
}

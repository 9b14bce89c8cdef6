package dev.berth.manager.monitor;

import dev.berth.common.monitor.ContainerMetric;
import dev.berth.common.monitor.Metric;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What the running containers of a tenant use together.
 *
 * @param sums of what can be summed: use and rates, not limits nor health
 */
public record TenantUse(String tenant, int containers, Map<ContainerMetric, Double> sums) {
  /** What is summed. */
  static final List<ContainerMetric> SUMMED =
      List.of(
          ContainerMetric.CPU_CORES,
          ContainerMetric.MEMORY_USED,
          ContainerMetric.PROCESSES,
          ContainerMetric.BLOCK_READ_RATE,
          ContainerMetric.BLOCK_WRITE_RATE,
          ContainerMetric.NETWORK_RECEIVE_RATE,
          ContainerMetric.NETWORK_SEND_RATE);

  public TenantUse {
    sums = Collections.unmodifiableMap(new EnumMap<>(sums));
  }

  static TenantUse of(String tenant, List<ContainerUse> containers) {
    Map<ContainerMetric, Double> sums = new EnumMap<>(ContainerMetric.class);
    for (ContainerMetric metric : SUMMED) {
      double sum = 0;
      for (ContainerUse container : containers) {
        sum += container.sample().values().orZero(metric);
      }
      sums.put(metric, metric.kind() == Metric.Kind.RATE ? sum : Math.rint(sum));
    }
    return new TenantUse(tenant, containers.size(), sums);
  }
}

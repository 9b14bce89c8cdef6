package dev.berth.agent.monitor;

import dev.berth.common.monitor.ContainerMetric;
import dev.berth.common.monitor.ContainerSample;
import dev.berth.common.monitor.HostMetric;
import dev.berth.common.monitor.HostSample;
import dev.berth.common.monitor.Metric;
import dev.berth.common.monitor.PrometheusText;

/**
 * A host's sample for Prometheus. Each container is a time series of each metric, so that only the
 * first thousand are told of, and how many were left out.
 */
final class HostPage {
  private static final int MAX_CONTAINERS = 1000;

  private HostPage() {}

  static String render(String host, HostSample sample) {
    PrometheusText text = new PrometheusText();
    text.addAll("berth_host_", HostMetric.values(), sample.host(), "host", host);
    for (ContainerSample container : sample.containers().stream().limit(MAX_CONTAINERS).toList()) {
      text.addAll(
          "berth_container_",
          ContainerMetric.values(),
          container.values(),
          "host",
          host,
          "tenant",
          container.tenant(),
          "container",
          container.name());
    }
    text.add(
        "berth_host_containers_left_out",
        Metric.Kind.GAUGE,
        "Containers that are not on this page, for there are too many",
        Math.max(0, sample.containers().size() - MAX_CONTAINERS),
        "host",
        host);
    return text.text();
  }
}

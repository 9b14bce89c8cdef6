package dev.berth.manager.monitor;

import dev.berth.common.monitor.HostMetric;
import dev.berth.common.monitor.Metric.Kind;
import dev.berth.common.monitor.PrometheusText;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

/**
 * The fleet for Prometheus: hosts, tenants and this manager's own process. Containers are told of
 * by agents alone, so that the page grows with hosts and tenants and not with containers.
 */
public final class FleetPage {
  private static final double MILLI = 1e-3;

  private final FleetMonitor monitor;
  private final Requests requests;

  public FleetPage(FleetMonitor monitor, Requests requests) {
    this.monitor = monitor;
    this.requests = requests;
  }

  /** The page as it is now. */
  public String render() {
    PrometheusText text = new PrometheusText();
    addHosts(text);
    addTenants(text);
    addManager(text);
    return text.text();
  }

  private void addHosts(PrometheusText text) {
    for (HostUse host : monitor.hosts()) {
      up(text, host.name(), 1);
      text.addAll("berth_host_", HostMetric.values(), host.sample().host(), "host", host.name());
    }
    monitor.silent().forEach(name -> up(text, name, 0));
  }

  private static void up(PrometheusText text, String host, int value) {
    text.add(
        "berth_host_up",
        Kind.GAUGE,
        "Whether the host's agent has sent a sample in the last 45 s",
        value,
        "host",
        host);
  }

  private void addTenants(PrometheusText text) {
    for (TenantUse use : monitor.tenants()) {
      text.add(
          "berth_tenant_containers_running",
          Kind.GAUGE,
          "Containers of the tenant that run",
          use.containers(),
          "tenant",
          use.tenant());
      use.sums()
          .forEach(
              (metric, sum) ->
                  text.add(
                      "berth_tenant_" + metric.key(),
                      Kind.GAUGE,
                      metric.help() + ", all containers together",
                      sum,
                      "tenant",
                      use.tenant()));
    }
  }

  private void addManager(PrometheusText text) {
    var memory = ManagementFactory.getMemoryMXBean();
    var heap = memory.getHeapMemoryUsage();
    gauge(text, "heap_used_bytes", "Heap in use", (double) heap.getUsed());
    gauge(text, "heap_max_bytes", "Heap at most", (double) heap.getMax());
    gauge(
        text, "threads", "Platform threads", ManagementFactory.getThreadMXBean().getThreadCount());
    gauge(
        text,
        "uptime_seconds",
        "Seconds since the process began",
        ManagementFactory.getRuntimeMXBean().getUptime() * MILLI);
    double collecting = 0;
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      collecting += Math.max(0, collector.getCollectionTime()) * MILLI;
    }
    counter(text, "gc_seconds_total", "Seconds of collecting garbage", collecting);
    counter(text, "requests_total", "Requests that have begun", (double) requests.begun());
    counter(
        text,
        "request_seconds_total",
        "Seconds that ended requests took, streams among them",
        requests.seconds());
    gauge(text, "requests_in_progress", "Requests under way", requests.underWay());
  }

  private static void gauge(PrometheusText text, String name, String help, double value) {
    text.add("berth_manager_" + name, Kind.GAUGE, help, value);
  }

  private static void counter(PrometheusText text, String name, String help, double value) {
    text.add("berth_manager_" + name, Kind.COUNTER, help, value);
  }
}

package dev.berth.manager.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.common.id.ContainerId;
import dev.berth.common.id.HostId;
import dev.berth.common.monitor.ContainerMetric;
import dev.berth.common.monitor.ContainerSample;
import dev.berth.common.monitor.HostMetric;
import dev.berth.common.monitor.HostSample;
import dev.berth.common.monitor.SampleCodec;
import dev.berth.common.monitor.Values;
import dev.berth.manager.tenant.MovableClock;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FleetMonitorTest {
  private final CountDownLatch stuck = new CountDownLatch(1);

  /** A host with one container of a tenant, that uses half a core. */
  private record Told(HostId id, String tenant, CountDownLatch before) implements Source {
    @Override
    public String name() {
      return "name-" + id.value();
    }

    @Override
    public JsonNode latest() throws IOException {
      try {
        if (!before.await(20, TimeUnit.SECONDS)) {
          throw new IOException("too long");
        }
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      Values<HostMetric> host = new Values<>(HostMetric.values());
      host.put(HostMetric.LOAD_1, 1.5);
      Values<ContainerMetric> values = new Values<>(ContainerMetric.values());
      values.put(ContainerMetric.CPU_CORES, 0.5);
      values.put(ContainerMetric.MEMORY_USED, 100L);
      return SampleCodec.write(
          new HostSample(
              InstantSource.system().instant(),
              host,
              List.of(
                  new ContainerSample(new ContainerId("a".repeat(64)), "web", tenant, values))));
    }

    @Override
    public JsonNode past(String query) {
      throw new UnsupportedOperationException();
    }
  }

  private Source told(String id, String tenant) {
    return new Told(new HostId(id), tenant, new CountDownLatch(0));
  }

  private static List<FleetMonitor.Member> members(String... ids) {
    return Stream.of(ids).map(id -> new FleetMonitor.Member(new HostId(id), "name-" + id)).toList();
  }

  @Test
  void a_host_that_is_not_connected_is_silent_and_keeps_its_last_hour_while_it_is_a_member() {
    MovableClock clock = new MovableClock();
    List<Source> connected = new ArrayList<>(List.of(told("h1", "acme"), told("h2", "acme")));
    List<FleetMonitor.Member> members = new ArrayList<>(members("h1", "h2", "h3"));
    try (FleetMonitor monitor = new FleetMonitor(() -> members, () -> connected, clock)) {
      monitor.ask();
      await().until(() -> monitor.hosts().size() == 2);
      assertThat(monitor.silent()).containsExactly("name-h3");
      connected.removeFirst();

      clock.advance(Duration.ofMinutes(1));
      monitor.ask();
      await().until(() -> monitor.hosts().size() == 1);

      assertThat(monitor.silent()).containsExactly("name-h1", "name-h3");
      assertThat(new FleetPage(monitor, new Requests()).render())
          .contains("berth_host_up{host=\"name-h1\"} 0\n")
          .contains("berth_host_up{host=\"name-h2\"} 1\n");
      assertThat(monitor.hour("name-h1").orElseThrow().path("load1")).isNotEmpty();
      assertThatThrownBy(() -> monitor.past("name-h1", "window=day"))
          .hasMessageContaining("host name-h1 is not connected");

      members.removeFirst();
      monitor.ask();
      assertThat(monitor.silent()).containsExactly("name-h3");
      assertThat(monitor.hour("name-h1")).isEmpty();
    }
  }

  @Test
  void a_slow_host_holds_up_nobody() {
    List<Source> sources =
        List.of(new Told(new HostId("h1"), "acme", stuck), told("h2", "acme"), told("h3", "zoo"));
    try (FleetMonitor monitor =
        new FleetMonitor(() -> members("h1", "h2", "h3"), () -> sources, InstantSource.system())) {
      monitor.ask();
      await().until(() -> monitor.hosts().size() == 2);

      assertThat(monitor.silent()).containsExactly("name-h1");
      assertThat(new FleetPage(monitor, new Requests()).render())
          .contains("berth_host_up{host=\"name-h1\"} 0\n")
          .contains("berth_host_load1{host=\"name-h2\"} 1.5\n")
          .contains("berth_tenant_cpu_used_cores{tenant=\"acme\"} 0.5\n")
          .contains("berth_manager_requests_total 0\n");

      stuck.countDown();
      await().until(() -> monitor.hosts().size() == 3);
      assertThat(monitor.tenants())
          .extracting(TenantUse::tenant, TenantUse::containers)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple("acme", 2),
              org.assertj.core.groups.Tuple.tuple("zoo", 1));
      assertThat(monitor.tenants().getFirst().sums())
          .containsEntry(ContainerMetric.CPU_CORES, 1.0)
          .containsEntry(ContainerMetric.MEMORY_USED, 200.0);
      assertThat(monitor.hour("name-h1").orElseThrow().path("load1")).hasSize(1);
      assertThat(monitor.hour("nobody")).isEmpty();
    }
  }
}

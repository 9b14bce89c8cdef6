package dev.berth.manager.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.berth.common.id.HostId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.Claim;
import dev.berth.common.record.HostDescriptor;
import dev.berth.common.record.VolumeRecord;
import dev.berth.common.wire.FeedMessage;
import dev.berth.manager.tenant.MovableClock;
import dev.berth.manager.view.Events;
import dev.berth.manager.view.View;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VolumeBytesTest {
  private static final TenantId ACME = new TenantId("acme");
  private static final HostId NEAR = new HostId("h1");
  private static final HostId FAR = new HostId("h2");

  private final MovableClock clock = new MovableClock();
  private final View view = new View(clock, new Events());
  private final Map<DiskUsage.VolumeOn, Long> sizes = new HashMap<>();
  private final Set<HostId> silent = new HashSet<>();
  private boolean isBroken;
  private final VolumeBytes bytes = new VolumeBytes(view, this::sizes, clock);

  private Map<DiskUsage.VolumeOn, Long> sizes(Collection<HostId> of) {
    if (isBroken) {
      throw new IllegalStateException("broken");
    }
    Map<DiskUsage.VolumeOn, Long> told = new HashMap<>(sizes);
    told.keySet().removeIf(on -> !of.contains(on.host()) || silent.contains(on.host()));
    return told;
  }

  @BeforeEach
  void measure() {
    join(NEAR, "acme.data");
    join(FAR, "acme.logs");
    sizes.put(new DiskUsage.VolumeOn(NEAR, "acme.data"), 100L);
    sizes.put(new DiskUsage.VolumeOn(FAR, "acme.logs"), 1_000L);
    assertThat(bytes.measured(ACME)).isEqualTo(1_100);
    clock.advance(Duration.ofMinutes(2));
  }

  private void join(HostId host, String volume) {
    view.hostJoined(
        new HostDescriptor(
            host.value(),
            host.value(),
            "10.0.0.1",
            2378,
            "20.10",
            "1.41",
            "1.12",
            4,
            8,
            "overlay2",
            "Debian",
            "linux",
            "x86_64",
            "5.10",
            "",
            Map.of()));
    JsonNode seen = JsonNodeFactory.instance.objectNode().put("Name", volume);
    view.apply(host, new FeedMessage.Snapshot(1, List.of(), List.of(), List.of(seen), List.of()));
    view.volumes().put(record(host, volume));
  }

  private static VolumeRecord record(HostId host, String volume) {
    return new VolumeRecord(
        "0".repeat(32),
        ACME.value(),
        volume.substring("acme.".length()),
        host.value(),
        Claim.State.SETTLED,
        false,
        Map.of(),
        0,
        1);
  }

  @Test
  void what_is_on_a_host_that_does_not_answer_is_as_large_as_it_was() {
    silent.add(FAR);
    sizes.put(new DiskUsage.VolumeOn(NEAR, "acme.data"), 200L);

    assertThat(bytes.measured(ACME)).isEqualTo(1_200);
  }

  @Test
  void what_is_on_a_host_that_is_down_is_as_large_as_it_was() {
    view.hostLeft(FAR);

    assertThat(bytes.measured(ACME)).isEqualTo(1_100);
  }

  @Test
  void a_size_that_an_engine_does_not_know_is_what_it_was() {
    sizes.put(new DiskUsage.VolumeOn(FAR, "acme.logs"), -1L);

    assertThat(bytes.measured(ACME)).isEqualTo(1_100);
  }

  @Test
  void a_measure_that_fails_is_the_one_before() {
    isBroken = true;

    assertThat(bytes.measured(ACME)).isEqualTo(1_100);
    assertThat(bytes.known(ACME)).isEqualTo(1_100);
  }

  @Test
  void a_volume_that_is_gone_counts_no_more_also_on_a_host_that_does_not_answer() {
    silent.add(FAR);
    view.volumes().removed(record(FAR, "acme.logs"));

    assertThat(bytes.measured(ACME)).isEqualTo(100);
  }
}

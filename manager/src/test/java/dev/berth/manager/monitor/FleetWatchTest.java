package dev.berth.manager.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.common.id.HostId;
import dev.berth.common.monitor.Level;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class FleetWatchTest {
  private static final HostId H1 = new HostId("h1-000001");
  private static final HostId H2 = new HostId("h2-000002");

  private final FleetEvents events = new FleetEvents();
  private List<HostLook> hosts = List.of();
  private final FleetWatch watch = new FleetWatch(() -> hosts, events, () -> Instant.EPOCH);

  private static HostLook host(HostId id, String state) {
    return new HostLook(id, id.value().substring(0, 2), state, Optional.empty(), Optional.empty());
  }

  private static HostLook pressed(HostId id, Level memory, double share) {
    return new HostLook(
        id,
        id.value().substring(0, 2),
        "healthy",
        Optional.of(new HostLook.Pressed(memory, share)),
        Optional.of(new HostLook.Pressed(Level.NONE, 0.2)));
  }

  private void see(HostLook... now) {
    hosts = List.of(now);
    watch.look();
  }

  private List<String> told() {
    return events.past(_ -> true).stream()
        .map(
            event ->
                "%s %s %s %s"
                    .formatted(event.name(), event.type(), event.action(), event.detail())
                    .strip())
        .toList();
  }

  @Test
  void what_a_manager_finds_at_its_start_is_not_news() {
    see(host(H1, "healthy"), host(H2, "cordoned"));
    see(host(H1, "healthy"), host(H2, "cordoned"));
    assertThat(told()).isEmpty();
  }

  @Test
  void each_change_of_a_state_is_told_once() {
    see(host(H1, "healthy"));
    see(host(H1, "unreachable"));
    see(host(H1, "unreachable"));
    see(host(H1, "healthy"), host(H2, "healthy"));
    see(host(H2, "draining"));
    assertThat(told())
        .containsExactly(
            "h1 host unreachable was healthy",
            "h1 host healthy was unreachable",
            "h2 host joined",
            "h2 host draining was healthy",
            "h1 host removed");
  }

  @Test
  void pressure_is_told_when_its_level_changes_and_not_while_nobody_knows_it() {
    see(pressed(H1, Level.AVOID, 0.87));
    see(pressed(H1, Level.AVOID, 0.89));
    see(host(H1, "healthy"));
    see(pressed(H1, Level.AVOID, 0.9));
    see(pressed(H1, Level.REFUSE, 0.96));
    see(pressed(H1, Level.NONE, 0.5));
    assertThat(told())
        .containsExactly(
            "h1 pressure avoid memory 87 %",
            "h1 pressure refuse memory 96 %", "h1 pressure none memory 50 %");
  }
}

package dev.berth.manager.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.common.id.HostId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class FleetEventsTest {
  private final FleetEvents events = new FleetEvents();

  private static FleetEvent event(int number) {
    return new FleetEvent(
        Instant.ofEpochSecond(number), "host", "healthy", new HostId("h1-000001"), "h1", "");
  }

  @Test
  void the_newest_are_kept_and_no_more() {
    for (int i = 0; i < FleetEvents.KEPT + 10; i++) {
      events.add(event(i));
    }
    List<FleetEvent> past = events.past(_ -> true);
    assertThat(past).hasSize(FleetEvents.KEPT);
    assertThat(past.getFirst()).isEqualTo(event(10));
  }

  @Test
  void who_follows_gets_what_was_and_what_comes_and_nothing_twice() throws Exception {
    events.add(event(1));
    try (FleetEvents.Tail tail = events.follow(_ -> true)) {
      events.add(event(2));
      List<FleetEvent> got = new ArrayList<>(tail.past());
      for (Optional<FleetEvent> next = tail.next(1); next.isPresent(); next = tail.next(1)) {
        got.add(next.get());
      }
      assertThat(got).containsExactly(event(1), event(2));
    }
  }

  @Test
  void who_does_not_read_is_left_behind_and_holds_no_more_than_its_share() throws Exception {
    try (FleetEvents.Tail tail = events.follow(_ -> true)) {
      for (int i = 0; i < FleetEvents.BEHIND + 5; i++) {
        events.add(event(i));
      }
      int got = 0;
      while (tail.next(1).isPresent()) {
        got++;
      }
      assertThat(got).isEqualTo(FleetEvents.BEHIND);
      assertThat(tail.hasFallenBehind()).isTrue();
    }
  }
}

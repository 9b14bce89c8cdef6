package dev.berth.manager.move;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.common.id.RecordId;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class RetriesTest {
  private final RecordId container = RecordId.random();
  private Instant now = Instant.EPOCH;
  private final Retries retries = new Retries(() -> now);

  private void pass(Duration time) {
    now = now.plus(time);
  }

  @Test
  void each_failure_doubles_the_pause_up_to_half_an_hour() {
    assertThat(retries.isDue(container)).isTrue();
    for (long seconds : new long[] {10, 20, 40, 80, 160, 320, 640, 1280, 1800, 1800}) {
      retries.failed(container, "no room");
      pass(Duration.ofSeconds(seconds).minusMillis(1));
      assertThat(retries.isDue(container)).describedAs("%d s", seconds).isFalse();
      pass(Duration.ofMillis(1));
      assertThat(retries.isDue(container)).describedAs("%d s", seconds).isTrue();
    }
  }

  @Test
  void what_ended_begins_anew_and_what_failed_is_told() {
    retries.failed(container, "no room");
    assertThat(retries.why(container)).contains("no room");
    retries.ended(container);
    assertThat(retries.isDue(container)).isTrue();
    assertThat(retries.why(container)).isEmpty();
  }

  @Test
  void no_more_than_the_last_ten_thousand_are_remembered() {
    retries.failed(container, "no room");
    for (int i = 0; i < 10_000; i++) {
      retries.failed(RecordId.random(), "no room");
    }
    assertThat(retries.why(container)).isEmpty();
  }
}

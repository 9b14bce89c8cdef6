package dev.berth.agent.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ClockCheckTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "0, 0, 100, 0",
    "900, 0, 1100, 0",
    "0, 1000, 100, 900",
    "5000, 0, 5100, 4000",
    "0, 60000, 100, 59900",
    "0, 0, 3000, 0",
  })
  void a_second_of_the_other_and_the_way_there_are_no_skew(
      long before, long there, long after, long skew) {
    assertThat(
            ClockCheck.skew(
                NOON.plusMillis(before), NOON.plusMillis(there), NOON.plusMillis(after)))
        .isEqualTo(Duration.ofMillis(skew));
  }
}

package dev.berth.manager.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);

  private void pass(Duration time) {
    now.updateAndGet(instant -> instant.plus(time));
  }

  @Test
  void a_full_bucket_gives_its_burst_at_once_and_then_so_many_a_second() {
    TokenBucket bucket = new TokenBucket(10, 3, now::get);
    for (int i = 0; i < 3; i++) {
      assertThat(bucket.take(Duration.ZERO)).isZero();
    }
    assertThat(bucket.take(Duration.ZERO)).isEqualTo(Duration.ofMillis(100));
    assertThat(bucket.isEmpty()).isTrue();
    pass(Duration.ofMillis(100));
    assertThat(bucket.isEmpty()).isFalse();
    assertThat(bucket.take(Duration.ZERO)).isZero();
    assertThat(bucket.take(Duration.ZERO)).isPositive();
  }

  @Test
  void who_waits_in_patience_has_taken_and_the_next_waits_longer() {
    TokenBucket bucket = new TokenBucket(10, 1, now::get);
    Duration patience = Duration.ofMillis(250);
    assertThat(bucket.take(patience)).isZero();
    assertThat(bucket.take(patience)).isEqualTo(Duration.ofMillis(100));
    assertThat(bucket.take(patience)).isEqualTo(Duration.ofMillis(200));
    assertThat(bucket.take(patience)).isEqualTo(Duration.ofMillis(300));
    assertThat(bucket.take(patience)).isEqualTo(Duration.ofMillis(300));
  }

  @Test
  void a_clock_that_goes_back_takes_nothing_away() {
    TokenBucket bucket = new TokenBucket(1, 2, now::get);
    bucket.take(Duration.ZERO);
    pass(Duration.ofHours(-1));
    assertThat(bucket.take(Duration.ZERO)).isZero();
    assertThat(bucket.take(Duration.ZERO)).isPositive();
    pass(Duration.ofSeconds(1));
    assertThat(bucket.take(Duration.ZERO)).isZero();
  }

  @Property
  void no_span_gives_more_than_the_burst_and_what_came_in_it(
      @ForAll @IntRange(min = 1, max = 1000) int rate,
      @ForAll @IntRange(min = 1, max = 100) int burst,
      @ForAll @Size(max = 100) List<@IntRange(max = 50) Integer> millisBetween) {
    now.set(Instant.EPOCH);
    TokenBucket bucket = new TokenBucket(rate, burst, now::get);
    int given = 0;
    for (int millis : millisBetween) {
      pass(Duration.ofMillis(millis));
      for (int i = 0; i < 3; i++) {
        given += bucket.take(Duration.ZERO).isZero() ? 1 : 0;
      }
      double most = burst + rate * (now.get().toEpochMilli() / 1e3);
      assertThat((double) given).isLessThanOrEqualTo(most + 1e-6);
    }
  }
}

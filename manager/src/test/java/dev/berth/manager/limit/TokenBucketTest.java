package dev.berth.manager.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
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
}

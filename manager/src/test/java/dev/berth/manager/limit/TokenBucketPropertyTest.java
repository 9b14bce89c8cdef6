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

class TokenBucketPropertyTest {
  @Property
  void no_span_gives_more_than_the_burst_and_what_came_in_it(
      @ForAll @IntRange(min = 1, max = 1000) int rate,
      @ForAll @IntRange(min = 1, max = 100) int burst,
      @ForAll @Size(max = 100) List<@IntRange(max = 50) Integer> millisBetween) {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    TokenBucket bucket = new TokenBucket(rate, burst, now::get);
    int given = 0;
    for (int millis : millisBetween) {
      now.updateAndGet(instant -> instant.plusMillis(millis));
      for (int i = 0; i < 3; i++) {
        given += bucket.take(Duration.ZERO).isZero() ? 1 : 0;
      }
      double most = burst + rate * (now.get().toEpochMilli() / 1e3);
      assertThat((double) given).isLessThanOrEqualTo(most + 1e-6);
    }
  }
}

package dev.berth.manager.limit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * So many a second for long, and some more at once after a pause. What is taken before it is there
 * is owed: who takes it waits. A clock that goes back takes nothing away. Safe for any thread.
 */
final class TokenBucket {
  private static final double NANOS = 1e9;

  private final double rate;
  private final double burst;
  private final InstantSource clock;
  private double tokens;
  private Instant filled;

  /**
   * A full bucket.
   *
   * @param rate a second, more than 0
   * @param burst how many it holds, at least 1
   */
  TokenBucket(int rate, int burst, InstantSource clock) {
    this.rate = rate;
    this.burst = burst;
    this.clock = clock;
    this.tokens = burst;
    this.filled = clock.instant();
  }

  /**
   * Takes one, if that is there within the patience.
   *
   * @return how long to wait for it; when that is longer than the patience nothing was taken
   */
  synchronized Duration take(Duration patience) {
    fill();
    Duration wait = Duration.ofNanos((long) Math.ceil(Math.max(0, 1 - tokens) / rate * NANOS));
    if (wait.compareTo(patience) <= 0) {
      tokens--;
    }
    return wait;
  }

  /** Whether there is none now. */
  synchronized boolean isEmpty() {
    fill();
    return tokens < 1;
  }

  private void fill() {
    Instant now = clock.instant();
    if (now.isAfter(filled)) {
      double seconds = Duration.between(filled, now).toNanos() / NANOS;
      tokens = Math.min(burst, tokens + seconds * rate);
    }
    filled = now;
  }
}

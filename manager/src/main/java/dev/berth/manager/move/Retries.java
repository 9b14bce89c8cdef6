package dev.berth.manager.move;

import dev.berth.common.id.RecordId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * When to try again what failed: each failure of a container doubles its pause, so that nobody's
 * container is stopped and started all the time. The {@value #MOST} that failed last are
 * remembered. Safe for any thread.
 */
final class Retries {
  private static final int MOST = 10_000;
  private static final Duration FIRST = Duration.ofSeconds(10);
  private static final Duration LAST = Duration.ofMinutes(30);

  private record Failure(String why, Duration pause, Instant due) {}

  private final InstantSource clock;

  // Guarded by this.
  private final Map<RecordId, Failure> failures =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<RecordId, Failure> eldest) {
          return size() > MOST;
        }
      };

  Retries(InstantSource clock) {
    this.clock = clock;
  }

  synchronized boolean isDue(RecordId container) {
    Failure last = failures.get(container);
    return last == null || !clock.instant().isBefore(last.due());
  }

  synchronized void failed(RecordId container, String why) {
    Failure before = failures.remove(container);
    Duration pause = before == null ? FIRST : before.pause().multipliedBy(2);
    if (pause.compareTo(LAST) > 0) {
      pause = LAST;
    }
    failures.put(container, new Failure(why, pause, clock.instant().plus(pause)));
  }

  synchronized void ended(RecordId container) {
    failures.remove(container);
  }

  /** What the last try brought. */
  synchronized Optional<String> why(RecordId container) {
    return Optional.ofNullable(failures.get(container)).map(Failure::why);
  }

  synchronized void clear() {
    failures.clear();
  }
}

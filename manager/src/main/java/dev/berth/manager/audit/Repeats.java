package dev.berth.manager.audit;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalLong;

/**
 * Lets one line of a kind through in {@link #EACH} and counts the others: a client that is refused
 * at full speed must not push everybody else's lines out of the log. Bounded; safe for any thread.
 */
final class Repeats {
  static final Duration EACH = Duration.ofSeconds(10);
  private static final int KINDS = 10_000;

  private static final class Kind {
    private Instant last = Instant.MIN;
    private long leftOut;
  }

  private final Cache<String, Kind> kinds = CacheBuilder.newBuilder().maximumSize(KINDS).build();
  private final InstantSource clock;

  Repeats(InstantSource clock) {
    this.clock = clock;
  }

  /** How many were left out before this one; empty when this one is left out itself. */
  OptionalLong admit(String name) {
    Kind kind = kinds.asMap().computeIfAbsent(name, _ -> new Kind());
    Instant now = clock.instant();
    synchronized (kind) {
      if (now.isBefore(kind.last.equals(Instant.MIN) ? Instant.MIN : kind.last.plus(EACH))) {
        kind.leftOut++;
        return OptionalLong.empty();
      }
      long before = kind.leftOut;
      kind.leftOut = 0;
      kind.last = now;
      return OptionalLong.of(before);
    }
  }
}

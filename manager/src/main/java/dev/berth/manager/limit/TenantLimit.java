package dev.berth.manager.limit;

import dev.berth.common.id.TenantId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * What one tenant has in progress, and how fast it asks.
 *
 * <p>Who is over a limit waits a while before the refusal, so that a client that asks again at once
 * is slowed down instead of being refused at full speed; the number that waits has an end, too.
 * Safe for any thread.
 */
final class TenantLimit {
  static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final Duration TRANSFER_PATIENCE = Duration.ofMinutes(5);
  private static final Duration SCAN_PATIENCE = Duration.ofMinutes(1);
  private static final int BURST_SECONDS = 2;
  private static final int MOST_WAIT = 1024;

  private final TenantId tenant;
  private final LimitConfig config;
  private final Pause pause;
  private final Optional<TokenBucket> requests;
  private final Optional<TokenBucket> events;
  private final Semaphore calls;
  private final Semaphore streams;
  private final Semaphore transfers;
  private final Semaphore scans;
  private final Semaphore waiting = new Semaphore(MOST_WAIT);

  TenantLimit(TenantId tenant, LimitConfig config, InstantSource clock, Pause pause) {
    this.tenant = tenant;
    this.config = config;
    this.pause = pause;
    this.requests =
        config.requestsPerSecond() == 0
            ? Optional.empty()
            : Optional.of(new TokenBucket(config.requestsPerSecond(), config.burst(), clock));
    this.events =
        config.eventsPerSecond() == 0
            ? Optional.empty()
            : Optional.of(
                new TokenBucket(
                    config.eventsPerSecond(), config.eventsPerSecond() * BURST_SECONDS, clock));
    this.calls = places(config.calls());
    this.streams = places(config.streams());
    this.transfers = places(config.transfers());
    this.scans = places(config.scans());
  }

  private static Semaphore places(int limit) {
    return new Semaphore(limit == 0 ? Integer.MAX_VALUE : limit, true);
  }

  /**
   * Waits for a place.
   *
   * @throws LimitedException when there is none
   */
  Turn admit(Work work) {
    Turn place =
        work == Work.STREAM
            ? take(streams, PATIENCE, "streams open", config.streams())
            : take(calls, PATIENCE, "calls in progress", config.calls());
    try {
      pace();
      Turn heavy =
          switch (work) {
            case CALL, STREAM -> Turn.FREE;
            case TRANSFER ->
                take(
                    transfers,
                    TRANSFER_PATIENCE,
                    "transfers of images under way",
                    config.transfers());
            case SCAN ->
                take(
                    scans,
                    SCAN_PATIENCE,
                    "looks through the hosts' disks under way",
                    config.scans());
          };
      return () -> {
        heavy.close();
        place.close();
      };
    } catch (RuntimeException e) {
      place.close();
      throw e;
    }
  }

  /** The pace of the events that go to its listeners, all together. */
  void nextEvent() throws InterruptedException {
    if (events.isEmpty()) {
      return;
    }
    Duration wait = events.get().take(PATIENCE);
    while (wait.compareTo(PATIENCE) > 0) {
      pause.last(PATIENCE);
      wait = events.get().take(PATIENCE);
    }
    if (wait.isPositive()) {
      pause.last(wait);
    }
  }

  private void pace() {
    if (requests.isEmpty()) {
      return;
    }
    Duration wait = requests.get().take(PATIENCE);
    if (wait.isZero()) {
      return;
    }
    boolean tooMany = wait.compareTo(PATIENCE) > 0;
    try {
      pause.last(tooMany ? PATIENCE : wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      tooMany = true;
    }
    if (tooMany) {
      throw new LimitedException(
          "%s makes more than %d requests a second: ask less often, or ask an operator for more"
              .formatted(tenant, config.requestsPerSecond()),
          wait);
    }
  }

  private Turn take(Semaphore places, Duration patience, String what, int limit) {
    if (places.tryAcquire() || takeInTime(places, patience)) {
      return places::release;
    }
    throw new LimitedException(
        "%s has %d %s, which is the limit: wait until one is over, and try again"
            .formatted(tenant, limit, what),
        PATIENCE);
  }

  private boolean takeInTime(Semaphore places, Duration patience) {
    if (!waiting.tryAcquire()) {
      return false;
    }
    try {
      return places.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      waiting.release();
    }
  }
}

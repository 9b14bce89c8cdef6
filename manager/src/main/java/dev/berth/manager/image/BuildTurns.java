package dev.berth.manager.image;

import dev.berth.common.id.TenantId;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Bounds the builds that this manager runs at once, over all and for each tenant, and with them the
 * room that contexts take on its disk. Who finds no place waits a while. Safe for any thread.
 */
final class BuildTurns {
  private final Semaphore all;
  private final int each;
  private final Duration patience;
  private final Map<TenantId, Semaphore> tenants = new ConcurrentHashMap<>();

  BuildTurns(int all, int each, Duration patience) {
    this.all = new Semaphore(all, true);
    this.each = each;
    this.patience = patience;
  }

  /** A place; closed when the build is over. */
  interface Turn extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Waits for a place.
   *
   * @throws ImageException with 503 when there was none for long
   */
  Turn take(TenantId tenant) throws ImageException {
    Semaphore own = tenants.computeIfAbsent(tenant, _ -> new Semaphore(each, true));
    take(own, "%s has %d builds under way".formatted(tenant, each));
    try {
      take(all, "this manager has as many builds under way as it runs");
    } catch (ImageException e) {
      own.release();
      throw e;
    }
    return () -> {
      all.release();
      own.release();
    };
  }

  private void take(Semaphore places, String reason) throws ImageException {
    try {
      if (places.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new ImageException(503, reason + ": wait until one is over, and try again");
  }
}

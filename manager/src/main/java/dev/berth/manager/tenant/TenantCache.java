package dev.berth.manager.tenant;

import dev.berth.common.id.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Predicate;

/** The tenants that are known to exist, for a minute. Safe for any thread. */
final class TenantCache {
  private static final Duration KEPT = Duration.ofSeconds(60);
  private static final int SIZE = 10_000;

  private final Predicate<TenantId> store;
  private final InstantSource clock;
  private final BoundedMap<TenantId, Instant> known = new BoundedMap<>(SIZE);

  TenantCache(Predicate<TenantId> store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  void forget(TenantId tenant) {
    known.remove(tenant);
  }

  boolean exists(TenantId tenant) {
    Instant now = clock.instant();
    if (known.get(tenant).filter(now::isBefore).isPresent()) {
      return true;
    }
    boolean exists;
    try {
      exists = store.test(tenant);
    } catch (IdentityException.Unavailable e) {
      if (known.get(tenant).isPresent()) {
        return true;
      }
      throw e;
    }
    if (exists) {
      known.put(tenant, now.plus(KEPT));
    } else {
      known.remove(tenant);
    }
    return exists;
  }
}

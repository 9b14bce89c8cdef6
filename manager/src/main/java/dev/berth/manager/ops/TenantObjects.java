package dev.berth.manager.ops;

import dev.berth.common.id.TenantId;
import java.util.List;

/** What a tenant owns in the fleet, and taking all of it away. Safe for any thread. */
public interface TenantObjects {

  /**
   * One object of a tenant.
   *
   * @param kind container, network, volume or image
   * @param name what the tenant calls it
   * @param host where it is; empty for an image, which is everywhere
   */
  record Owned(String kind, String name, String host) {}

  /** An object that could not be removed, and why. */
  record Kept(Owned object, String reason) {}

  /** What was done. */
  record Removal(List<Owned> removed, List<Kept> kept) {
    public Removal {
      removed = List.copyOf(removed);
      kept = List.copyOf(kept);
    }
  }

  /** All that the tenant has; empty when nothing. */
  List<Owned> of(TenantId tenant);

  /**
   * Removes all of it, running or not, volumes with their data. What cannot be removed now stays
   * the tenant's.
   */
  Removal removeAll(TenantId tenant);
}

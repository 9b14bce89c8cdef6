package dev.berth.scheduler;

import dev.berth.common.id.TenantId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;

/** How much one tenant has reserved, and on which hosts. */
final class Tenancy {
  private final TenantId tenant;
  private final int hash;

  /**
   * By number, those that it has or has had something on: a bit is cleared when it is found out.
   */
  private final BitSet hosts = new BitSet();

  private int containers;

  Tenancy(TenantId tenant) {
    this.tenant = tenant;
    this.hash = tenant.hashCode();
  }

  TenantId tenant() {
    return tenant;
  }

  int hash() {
    return hash;
  }

  boolean isEmpty() {
    return containers == 0;
  }

  void add(HostState host) {
    containers++;
    hosts.set(host.number());
  }

  void remove() {
    containers--;
  }

  /** The hosts that it has something on, in the order in which all are given. */
  List<HostState> of(Collection<HostState> all) {
    List<HostState> own = new ArrayList<>();
    for (HostState host : all) {
      if (hosts.get(host.number())) {
        if (host.has(tenant)) {
          own.add(host);
        } else {
          hosts.clear(host.number());
        }
      }
    }
    return own;
  }
}

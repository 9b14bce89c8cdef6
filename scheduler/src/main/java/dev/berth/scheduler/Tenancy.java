package dev.berth.scheduler;

import dev.berth.common.id.TenantId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
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

  void add(int number) {
    containers++;
    hosts.set(number);
  }

  void remove() {
    containers--;
  }

  /** Whether it may have something on the host of that number. */
  boolean mayHave(int number) {
    return hosts.get(number);
  }

  /** As {@link #of}, by ascending id. */
  List<HostState> inOrder(List<HostState> numbered) {
    List<HostState> own = of(numbered);
    own.sort(Comparator.comparing(HostState::id));
    return own;
  }

  /**
   * The hosts that it has something on, in no certain order.
   *
   * @param numbered all hosts by their numbers; null where there is none any more
   */
  List<HostState> of(List<HostState> numbered) {
    List<HostState> own = new ArrayList<>();
    for (int number = hosts.nextSetBit(0); number >= 0; number = hosts.nextSetBit(number + 1)) {
      HostState host = numbered.get(number);
      if (host != null && host.has(tenant)) {
        own.add(host);
      } else {
        hosts.clear(number);
      }
    }
    return own;
  }
}

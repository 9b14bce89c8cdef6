package dev.berth.scheduler;

import dev.berth.common.id.TenantId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** How much one tenant has reserved, and on which hosts. */
final class Tenancy {
  private final TenantId tenant;
  private final int hash;

  /**
   * By number, those that it has or has had something on: a bit is cleared when it is found out.
   */
  private final BitSet hosts = new BitSet();

  private final LabelHosts labels = new LabelHosts();
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

  void add(Reservation reservation) {
    containers++;
    hosts.set(reservation.number());
    labels.add(reservation);
  }

  void remove(Reservation reservation) {
    containers--;
    labels.remove(reservation);
  }

  /** One of its own has a name, an id or other labels from now on. */
  void describe(Reservation reservation, ContainerFacts facts) {
    if (facts.labels().equals(reservation.request().facts().labels())) {
      reservation.describe(facts);
      return;
    }
    labels.remove(reservation);
    reservation.describe(facts);
    labels.add(reservation);
  }

  /**
   * Where it has containers with each of these labels; empty when that is not known.
   *
   * @param held by all hosts
   */
  Optional<List<LabelHosts.Holders>> holders(List<Label> wanted, Holdings held) {
    return labels.of(wanted, () -> reservations(held));
  }

  private List<Reservation> reservations(Holdings held) {
    List<Reservation> all = new ArrayList<>(containers);
    hosts.stream().forEach(number -> held.addTo(all, number, tenant));
    return all;
  }

  /** Whether it may have something on the host of that number. */
  boolean mayHave(int number) {
    return hosts.get(number);
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

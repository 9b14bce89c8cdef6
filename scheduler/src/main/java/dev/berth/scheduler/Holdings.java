package dev.berth.scheduler;

import dev.berth.common.id.TenantId;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The reservations on each host, by the host's number; those of one host in no certain order. */
final class Holdings {
  private static final int FIRST_HOSTS = 16;
  private static final int FIRST_SIZE = 8;
  private static final Reservation[] NOTHING = {};
  private static final short[] NOBODY = {};

  private Reservation[][] held = new Reservation[FIRST_HOSTS][];

  /** Parts of hashes of the tenants, so that few reservations of others are looked at. */
  private short[][] tenants = new short[FIRST_HOSTS][];

  private int[] sizes = new int[FIRST_HOSTS];

  /** Begins anew for a host that gets that number. */
  void begin(int number) {
    if (number >= sizes.length) {
      held = Arrays.copyOf(held, sizes.length * 2);
      tenants = Arrays.copyOf(tenants, sizes.length * 2);
      sizes = Arrays.copyOf(sizes, sizes.length * 2);
    }
    held[number] = NOTHING;
    tenants[number] = NOBODY;
    sizes[number] = 0;
  }

  void add(Reservation reservation) {
    int number = reservation.number();
    int size = sizes[number];
    if (size == held[number].length) {
      int larger = Math.max(FIRST_SIZE, size * 2);
      held[number] = Arrays.copyOf(held[number], larger);
      tenants[number] = Arrays.copyOf(tenants[number], larger);
    }
    held[number][size] = reservation;
    tenants[number][size] = part(reservation.tenancy().hash());
    reservation.at(size);
    sizes[number] = size + 1;
  }

  /** The last one takes its place: nothing is looked for. */
  void remove(Reservation reservation) {
    int number = reservation.number();
    int last = sizes[number] - 1;
    int at = reservation.at();
    Reservation[] here = held[number];
    short[] whose = tenants[number];
    Reservation moved = here[last];
    here[at] = moved;
    moved.at(at);
    whose[at] = whose[last];
    here[last] = null;
    sizes[number] = last;
  }

  private static short part(int hash) {
    return (short) (hash ^ (hash >>> Short.SIZE));
  }

  List<Reservation> all(int number) {
    return List.of(Arrays.copyOf(held[number], sizes[number]));
  }

  /** For reading until the next change. */
  List<Request> requests(int number) {
    return new AbstractList<>() {
      @Override
      public Request get(int index) {
        return held[number][index].request();
      }

      @Override
      public int size() {
        return sizes[number];
      }
    };
  }

  boolean has(int number, TenantId tenant) {
    return next(number, tenant, part(tenant.hashCode()), 0) >= 0;
  }

  List<Request> of(int number, TenantId tenant) {
    short part = part(tenant.hashCode());
    int at = next(number, tenant, part, 0);
    if (at < 0) {
      return List.of();
    }
    List<Request> found = new ArrayList<>();
    for (; at >= 0; at = next(number, tenant, part, at + 1)) {
      found.add(held[number][at].request());
    }
    return found;
  }

  /** Adds what that tenant has on the host of that number. */
  void addTo(List<Reservation> all, int number, TenantId tenant) {
    short part = part(tenant.hashCode());
    for (int at = next(number, tenant, part, 0); at >= 0; at = next(number, tenant, part, at + 1)) {
      all.add(held[number][at]);
    }
  }

  private int next(int number, TenantId tenant, short part, int from) {
    short[] whose = tenants[number];
    int size = sizes[number];
    for (int at = from; at < size; at++) {
      if (whose[at] == part && held[number][at].tenancy().tenant().equals(tenant)) {
        return at;
      }
    }
    return -1;
  }
}

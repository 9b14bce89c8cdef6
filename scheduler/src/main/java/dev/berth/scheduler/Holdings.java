package dev.berth.scheduler;

import dev.berth.common.id.TenantId;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What is reserved on one host, in no certain order. */
final class Holdings {
  private static final int FIRST_SIZE = 8;

  private Reservation[] held = new Reservation[FIRST_SIZE];

  /** Hashes of the tenants, so that few reservations of others are looked at. */
  private int[] tenants = new int[FIRST_SIZE];

  private int size;

  int size() {
    return size;
  }

  void add(Reservation reservation) {
    if (size == held.length) {
      held = Arrays.copyOf(held, size * 2);
      tenants = Arrays.copyOf(tenants, size * 2);
    }
    held[size] = reservation;
    reservation.at(size);
    tenants[size] = reservation.tenancy().hash();
    size++;
  }

  /** The last one takes its place: nothing is looked for, and nobody waits for what is read. */
  void remove(Reservation reservation) {
    size--;
    int at = reservation.at();
    Reservation last = held[size];
    held[at] = last;
    last.at(at);
    tenants[at] = tenants[size];
    held[size] = null;
  }

  List<Reservation> all() {
    return List.of(Arrays.copyOf(held, size));
  }

  /** For reading until the next change. */
  List<Request> requests() {
    return new AbstractList<>() {
      @Override
      public Request get(int index) {
        return held[index].request();
      }

      @Override
      public int size() {
        return size;
      }
    };
  }

  boolean has(TenantId tenant) {
    return next(tenant, tenant.hashCode(), 0) >= 0;
  }

  List<Request> of(TenantId tenant) {
    int hash = tenant.hashCode();
    int at = next(tenant, hash, 0);
    if (at < 0) {
      return List.of();
    }
    List<Request> found = new ArrayList<>();
    for (; at >= 0; at = next(tenant, hash, at + 1)) {
      found.add(held[at].request());
    }
    return found;
  }

  private int next(TenantId tenant, int hash, int from) {
    for (int at = from; at < size; at++) {
      if (tenants[at] == hash && held[at].tenancy().tenant().equals(tenant)) {
        return at;
      }
    }
    return -1;
  }
}

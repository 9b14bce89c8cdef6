package dev.berth.scheduler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * On which hosts one tenant has containers with certain labels: of the keys that were asked for, so
 * that who avoids a label, or looks for it, need not look at all that the tenant has.
 */
final class LabelHosts {
  /** Of more keys nothing is kept: who asks for them has to look. */
  static final int MAX_KEYS = 16;

  /** Of hosts of which none has it. */
  static final Holders NOBODY = new Holders(Map.of(), "");

  /** By key and value; what nobody has any more is not there. */
  private final Map<String, Map<String, Holders>> byKey = new HashMap<>();

  /** The numbers of the hosts that have containers with one label, ascending. */
  static final class Holders {
    private static final int FIRST_SIZE = 4;

    private final Map<String, Holders> siblings;
    private final String value;
    private int[] hosts = new int[FIRST_SIZE];

    /** How many containers each of them has with it. */
    private int[] containers = new int[FIRST_SIZE];

    private int size;

    private Holders(Map<String, Holders> siblings, String value) {
      this.siblings = siblings;
      this.value = value;
    }

    int size() {
      return size;
    }

    int host(int index) {
      return hosts[index];
    }

    boolean has(int host) {
      return find(host) >= 0;
    }

    private int find(int host) {
      return Arrays.binarySearch(hosts, 0, size, host);
    }

    private void add(int host) {
      int at = find(host);
      if (at >= 0) {
        containers[at]++;
        return;
      }
      if (size == hosts.length) {
        hosts = Arrays.copyOf(hosts, size * 2);
        containers = Arrays.copyOf(containers, size * 2);
      }
      int to = ~at;
      System.arraycopy(hosts, to, hosts, to + 1, size - to);
      System.arraycopy(containers, to, containers, to + 1, size - to);
      hosts[to] = host;
      containers[to] = 1;
      size++;
    }

    private void remove(int host) {
      int at = find(host);
      if (--containers[at] == 0) {
        size--;
        System.arraycopy(hosts, at + 1, hosts, at, size - at);
        System.arraycopy(containers, at + 1, containers, at, size - at);
        if (size == 0) {
          siblings.remove(value);
        }
      }
    }
  }

  /**
   * The hosts with that label; empty when it is not known.
   *
   * @param all that the tenant has, for when nobody has asked for the key before
   */
  Optional<Holders> of(Label label, Iterable<Reservation> all) {
    Map<String, Holders> values = byKey.get(label.key());
    if (values == null) {
      if (byKey.size() == MAX_KEYS) {
        return Optional.empty();
      }
      values = new HashMap<>();
      byKey.put(label.key(), values);
      for (Reservation reservation : all) {
        add(reservation, label.key(), values);
      }
    }
    return Optional.of(values.getOrDefault(label.value(), NOBODY));
  }

  void add(Reservation reservation) {
    byKey.forEach((key, values) -> add(reservation, key, values));
  }

  private static void add(Reservation reservation, String key, Map<String, Holders> values) {
    String value = reservation.request().facts().labels().get(key);
    if (value != null) {
      Holders holders = values.computeIfAbsent(value, _ -> new Holders(values, value));
      holders.add(reservation.number());
      List<Holders> before = reservation.labelled();
      if (before.isEmpty()) {
        reservation.labelled(List.of(holders));
      } else {
        List<Holders> more = new ArrayList<>(before);
        more.add(holders);
        reservation.labelled(List.copyOf(more));
      }
    }
  }

  /** What is kept of it is with it: its labels are not looked at. */
  void remove(Reservation reservation) {
    for (Holders holders : reservation.labelled()) {
      holders.remove(reservation.number());
    }
    reservation.labelled(List.of());
  }
}

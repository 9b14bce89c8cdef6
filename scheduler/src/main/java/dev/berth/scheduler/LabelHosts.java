package dev.berth.scheduler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * On which hosts one tenant has containers with certain labels: of the keys that were asked for, so
 * that who avoids a label, or looks for it, need not look at all that the tenant has.
 */
final class LabelHosts {
  /**
   * The first so many that were asked for are kept, for as long as the tenant has anything; who
   * asks for others has to look.
   */
  static final int MAX_KEYS = 16;

  /** A label that has had more values than this tells containers apart: it is not kept. */
  static final int MAX_VALUES = 4_096;

  /** Of hosts of which none has it. */
  static final Holders NOBODY = new Holders(Map.of(), "");

  /** By key and value; what nobody has any more is not there. */
  private final Map<String, Map<String, Holders>> byKey = new HashMap<>();

  /** The keys with too many values. */
  private final Set<String> varied = new HashSet<>();

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
   * The hosts with each of these labels; empty when that is not known of all.
   *
   * @param all that the tenant has, for keys that nobody has asked for before
   */
  Optional<List<Holders>> of(List<Label> labels, Supplier<List<Reservation>> all) {
    Set<String> fresh = new HashSet<>();
    for (Label label : labels) {
      if (!byKey.containsKey(label.key())) {
        fresh.add(label.key());
      }
    }
    if (!fresh.isEmpty()) {
      if (byKey.size() + fresh.size() > MAX_KEYS) {
        return Optional.empty();
      }
      fresh.forEach(key -> byKey.put(key, new HashMap<>()));
      all.get().forEach(reservation -> add(reservation, fresh));
    }
    List<Holders> holders = new ArrayList<>(labels.size());
    for (Label label : labels) {
      if (varied.contains(label.key())) {
        return Optional.empty();
      }
      holders.add(byKey.get(label.key()).getOrDefault(label.value(), NOBODY));
    }
    return Optional.of(holders);
  }

  void add(Reservation reservation) {
    if (!byKey.isEmpty()) {
      add(reservation, byKey.keySet());
    }
  }

  private void add(Reservation reservation, Set<String> keys) {
    List<Holders> labelled = new ArrayList<>(reservation.labelled());
    Map<String, String> labels = reservation.request().facts().labels();
    for (String key : keys) {
      String value = labels.get(key);
      if (value != null && !varied.contains(key)) {
        Map<String, Holders> values = byKey.get(key);
        Holders holders = values.computeIfAbsent(value, _ -> new Holders(values, value));
        holders.add(reservation.number());
        labelled.add(holders);
        if (values.size() > MAX_VALUES) {
          varied.add(key);
          values.clear();
        }
      }
    }
    reservation.labelled(List.copyOf(labelled));
  }

  /** What is kept of it is with it: its labels are not looked at. */
  void remove(Reservation reservation) {
    for (Holders holders : reservation.labelled()) {
      holders.remove(reservation.number());
    }
    reservation.labelled(List.of());
  }
}

package dev.berth.scheduler;

import java.util.ArrayList;
import java.util.List;

/**
 * The hosts that came nearest to being admitted: of equally near ones those with the lowest ids.
 */
final class Nearest {
  private static final int MAX_HOSTS = 3;

  private final List<HostState> hosts = new ArrayList<>(MAX_HOSTS + 1);
  private final long[] distances = new long[MAX_HOSTS + 1];

  /** Ascending. */
  List<HostState> hosts() {
    return List.copyOf(hosts);
  }

  /** Whether a host that is so far off, or farther, could be one of them. */
  boolean canBe(long distance) {
    return hosts.size() < MAX_HOSTS || distance <= distances[MAX_HOSTS - 1];
  }

  /** Whether none that comes after them by its id can be one. */
  boolean areFinal() {
    return hosts.size() == MAX_HOSTS && distances[MAX_HOSTS - 1] == 0;
  }

  /** Whether that host would be one of them. */
  boolean isOne(HostState host, long distance) {
    return hosts.size() < MAX_HOSTS || isBefore(host, distance, MAX_HOSTS - 1);
  }

  private boolean isBefore(HostState host, long distance, int other) {
    return distance != distances[other]
        ? distance < distances[other]
        : host.id().compareTo(hosts.get(other).id()) < 0;
  }

  /** Adds one that would be. */
  void add(HostState host, long distance) {
    int at = hosts.size();
    while (at > 0 && isBefore(host, distance, at - 1)) {
      distances[at] = distances[at - 1];
      at--;
    }
    distances[at] = distance;
    hosts.add(at, host);
    if (hosts.size() > MAX_HOSTS) {
      hosts.removeLast();
    }
  }
}

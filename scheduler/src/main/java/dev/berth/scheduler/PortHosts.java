package dev.berth.scheduler;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Which hosts have which ports, so that who asks for a port need not ask every host. Hosts that
 * have given one back are forgotten when they have become the greater part.
 */
final class PortHosts {
  private static final int FIRST_SIZE = 2;

  private static final class Holders {
    private HostState[] hosts = new HostState[FIRST_SIZE];
    private int size;
    private int live;
  }

  private final Map<Integer, Holders> byCode = new HashMap<>();

  void add(HostPort port, HostState host) {
    Holders holders = byCode.computeIfAbsent(port.code(), _ -> new Holders());
    if (holders.size == holders.hosts.length) {
      tidy(port.code(), holders);
      if (holders.size > holders.hosts.length / 2) {
        holders.hosts = Arrays.copyOf(holders.hosts, holders.hosts.length * 2);
      }
    }
    holders.hosts[holders.size++] = host;
    holders.live++;
  }

  /** A host has given it back. */
  void remove(HostPort port) {
    Holders holders = byCode.get(port.code());
    if (--holders.live == 0) {
      byCode.remove(port.code());
    }
  }

  private static void tidy(int code, Holders holders) {
    int kept = 0;
    for (int i = 0; i < holders.size; i++) {
      if (holders.hosts[i].has(code)) {
        holders.hosts[kept++] = holders.hosts[i];
      }
    }
    Arrays.fill(holders.hosts, kept, holders.size, null);
    holders.size = kept;
  }

  /** Adds the hosts that have that port, on whatever address, and perhaps some that had it. */
  void addTo(Collection<HostState> hosts, HostPort port) {
    Holders holders = byCode.get(port.code());
    for (int i = 0; holders != null && i < holders.size; i++) {
      hosts.add(holders.hosts[i]);
    }
  }

  /** Whether no host has what would clash with that port. */
  boolean isFree(HostPort port) {
    Holders holders = byCode.get(port.code());
    for (int i = 0; holders != null && i < holders.size; i++) {
      if (!holders.hosts[i].isFree(port)) {
        return false;
      }
    }
    return true;
  }
}

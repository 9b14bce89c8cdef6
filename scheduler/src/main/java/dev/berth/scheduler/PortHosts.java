package dev.berth.scheduler;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which hosts have which ports, so that who asks for a port need not ask every host. A host that
 * has one on several addresses is there as often.
 */
final class PortHosts {
  private static final int FIRST_SIZE = 2;

  private final Map<Integer, List<HostState>> byCode = new HashMap<>();

  void add(HostPort port, HostState host) {
    byCode.computeIfAbsent(port.code(), _ -> new ArrayList<>(FIRST_SIZE)).add(host);
  }

  /** A host has given it back. */
  void remove(HostPort port, HostState host) {
    List<HostState> holders = byCode.get(port.code());
    holders.remove(host);
    if (holders.isEmpty()) {
      byCode.remove(port.code());
    }
  }

  /** Adds the hosts that have that port, on whatever address. */
  void addTo(Collection<HostState> hosts, HostPort port) {
    hosts.addAll(byCode.getOrDefault(port.code(), List.of()));
  }

  /** Whether no host has what would clash with that port. */
  boolean isFree(HostPort port) {
    return byCode.getOrDefault(port.code(), List.of()).stream().allMatch(host -> host.isFree(port));
  }
}

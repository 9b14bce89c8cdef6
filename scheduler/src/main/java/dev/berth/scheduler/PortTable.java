package dev.berth.scheduler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The ports that are reserved on one host, each as often as it was added. */
final class PortTable {
  private record Key(int port, HostPort.Protocol protocol) {
    static Key of(HostPort port) {
      return new Key(port.port(), port.protocol());
    }
  }

  private final Map<Key, List<HostPort>> taken = new HashMap<>();

  void add(HostPort port) {
    taken.computeIfAbsent(Key.of(port), key -> new ArrayList<>(1)).add(port);
  }

  void remove(HostPort port) {
    Key key = Key.of(port);
    List<HostPort> holders = taken.get(key);
    holders.remove(port);
    if (holders.isEmpty()) {
      taken.remove(key);
    }
  }

  boolean isFree(HostPort wanted) {
    for (HostPort holder : taken.getOrDefault(Key.of(wanted), List.of())) {
      if (holder.clashesWith(wanted)) {
        return false;
      }
    }
    return true;
  }
}

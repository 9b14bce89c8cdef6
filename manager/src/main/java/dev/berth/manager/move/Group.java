package dev.berth.manager.move;

import dev.berth.common.id.HostId;
import dev.berth.common.record.NetworkRecord;
import dev.berth.manager.view.Container;
import java.util.List;
import java.util.Set;

/**
 * Containers of one tenant that can leave a host only together, as they share networks or volumes.
 *
 * @param containers at least one, in the order of their making
 * @param networks those that are still on their host
 * @param begun where networks or volumes of theirs are already, after a move that was cut off
 */
record Group(
    HostId host, List<Container> containers, List<NetworkRecord> networks, Set<HostId> begun) {
  Group {
    containers = List.copyOf(containers);
    networks = List.copyOf(networks);
    begun = Set.copyOf(begun);
  }

  /** Whether it is one container that nothing ties to its host but its own. */
  boolean isAlone() {
    return containers.size() == 1 && networks.isEmpty() && begun.isEmpty();
  }
}

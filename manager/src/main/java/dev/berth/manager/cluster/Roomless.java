package dev.berth.manager.cluster;

import dev.berth.common.id.HostId;
import dev.berth.common.id.TenantId;
import dev.berth.scheduler.HostCondition;
import dev.berth.scheduler.HostState;
import dev.berth.scheduler.Pressure;
import dev.berth.scheduler.expression.Expression;
import dev.berth.scheduler.filter.TenantFilter;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A volume or network that is to have a host, of which it takes no room.
 *
 * @param constraints to which its tenant is kept
 * @param wished the hosts that it goes to if one takes it, the best first
 * @param loads by the hosts' ids; a host that is not there has none
 */
record Roomless(
    TenantId tenant,
    List<Expression> constraints,
    List<HostId> wished,
    Map<String, Integer> loads) {

  /** So much load that the host most likely refuses it: it is chosen when all others do, too. */
  static final int CLASHING = 1_000_000;

  /**
   * The one of these hosts that gets it. What it goes with outweighs pressure: its container needs
   * both on one host.
   *
   * @throws RefusedPlacementException when none takes it
   */
  HostState host(Collection<HostState> hosts) throws RefusedPlacementException {
    List<HostState> healthy =
        hosts.stream()
            .filter(host -> host.condition() == HostCondition.HEALTHY)
            .filter(host -> host.pressure() != Pressure.REFUSE)
            .toList();
    if (healthy.isEmpty()) {
      throw new RefusedPlacementException("No healthy node available in the cluster");
    }
    List<HostState> open =
        healthy.stream().filter(host -> TenantFilter.admits(host, tenant, constraints)).toList();
    if (open.isEmpty()) {
      throw new RefusedPlacementException(
          "no host that answers is open to this tenant; ask an operator for one");
    }
    for (HostId wish : wished) {
      Optional<HostState> found = open.stream().filter(host -> host.id().equals(wish)).findFirst();
      if (found.isPresent()) {
        return found.get();
      }
    }
    return open.stream().min(order()).orElseThrow();
  }

  private Comparator<HostState> order() {
    return Comparator.<HostState, Boolean>comparing(host -> load(host) >= CLASHING)
        .thenComparing(HostState::pressure)
        .thenComparingInt(this::load)
        .thenComparingInt(HostState::containers)
        .thenComparing(HostState::id);
  }

  private int load(HostState host) {
    return loads.getOrDefault(host.id().value(), 0);
  }
}

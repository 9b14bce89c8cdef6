package dev.berth.manager.cluster;

import dev.berth.common.id.HostId;
import dev.berth.common.record.HostDescriptor;
import dev.berth.common.record.HostRecord;
import dev.berth.scheduler.Extras;
import dev.berth.scheduler.Request;
import dev.berth.scheduler.ResourceKind;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The devices that any host declares: a connected one by its engine's labels and the operator's,
 * one that is away by the operator's alone. Guarded by the placer's lock.
 */
final class DeclaredDevices {
  private final HostRegister register;
  private final Map<HostId, Set<ResourceKind>> byHost = new HashMap<>();

  /** How many hosts declare each. */
  private final Map<ResourceKind, Integer> hosts = new HashMap<>();

  DeclaredDevices(HostRegister register) {
    this.register = register;
  }

  /** All hosts are away. */
  void reset() {
    byHost.clear();
    hosts.clear();
    register.all().stream().map(HostRecord::id).map(HostId::new).forEach(this::away);
  }

  void connected(HostDescriptor host) {
    put(new HostId(host.id()), register.labels(host));
  }

  /** It is away, or gone for good. */
  void away(HostId id) {
    put(id, register.find(id).map(HostRecord::labels).orElse(Map.of()));
  }

  private void put(HostId id, Map<String, String> labels) {
    Set<ResourceKind> declared =
        HostResources.of(labels).amounts().keySet().stream()
            .filter(Devices::isOne)
            .collect(Collectors.toUnmodifiableSet());
    Set<ResourceKind> before = declared.isEmpty() ? byHost.remove(id) : byHost.put(id, declared);
    declared.forEach(device -> hosts.merge(device, 1, Integer::sum));
    if (before != null) {
      before.forEach(device -> hosts.computeIfPresent(device, (_, n) -> n == 1 ? null : n - 1));
    }
  }

  /** The same without devices that are not declared: those bind a container to no host. */
  Request bounding(Request request) {
    Extras asked = request.demands().extras();
    Map<ResourceKind, Long> kept = new HashMap<>(asked.amounts());
    return kept.keySet().removeIf(kind -> Devices.isOne(kind) && !hosts.containsKey(kind))
        ? request.with(request.demands().with(new Extras(kept)))
        : request;
  }
}

package dev.berth.manager;

import dev.berth.common.id.HostId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.HostDescriptor;
import dev.berth.common.record.ManagerRecord;
import dev.berth.common.resource.Resources;
import dev.berth.manager.cluster.ContainerRecords;
import dev.berth.manager.cluster.HostLink;
import dev.berth.manager.cluster.Hosts;
import dev.berth.manager.cluster.LeaderPlacer;
import dev.berth.manager.cluster.Leadership;
import dev.berth.manager.cluster.Managers;
import dev.berth.manager.ops.ClusterStatus;
import dev.berth.manager.ops.TenantUsage;
import dev.berth.manager.view.Counts;
import dev.berth.manager.view.View;
import dev.berth.scheduler.quota.Amounts;
import dev.berth.scheduler.quota.Quantity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Tells operators of the fleet, from what this manager holds in memory. */
final class FleetStatus implements ClusterStatus, TenantUsage {
  private static final double NANO = 1e9;

  private final String version;
  private final String managerId;
  private final Managers managers;
  private final Hosts hosts;
  private final View view;
  private final ContainerRecords records;
  private final LeaderPlacer placer;
  private final Leadership leadership;
  private final BooleanSupplier zookeeperConnected;

  FleetStatus(
      String version,
      String managerId,
      Managers managers,
      Hosts hosts,
      View view,
      ContainerRecords records,
      LeaderPlacer placer,
      Leadership leadership,
      BooleanSupplier zookeeperConnected) {
    this.version = version;
    this.managerId = managerId;
    this.managers = managers;
    this.hosts = hosts;
    this.view = view;
    this.records = records;
    this.placer = placer;
    this.leadership = leadership;
    this.zookeeperConnected = zookeeperConnected;
  }

  @Override
  public Summary summary() {
    List<Host> all = hosts();
    return new Summary(
        version,
        leadership.isLeading() ? managerId : leadership.leader().orElse(""),
        managers.all().stream().map(ManagerRecord::id).toList(),
        all.size(),
        Math.toIntExact(all.stream().filter(host -> host.state().equals("healthy")).count()),
        records.all().size(),
        warnings());
  }

  private List<String> warnings() {
    return zookeeperConnected.getAsBoolean()
        ? List.of()
        : List.of(
            "ZooKeeper does not answer: what is shown may be old, and nothing can be created");
  }

  @Override
  public List<Host> hosts() {
    List<Host> all = new ArrayList<>();
    for (HostLink link : hosts.links()) {
      boolean up = hosts.isInSync(link.id()) && !view.isLost(link.id());
      all.add(host(link.descriptor(), up ? "healthy" : "unreachable"));
    }
    for (HostDescriptor lost : view.lostHosts()) {
      if (hosts.find(new HostId(lost.id())).isEmpty()) {
        all.add(host(lost, "unreachable"));
      }
    }
    all.sort(Comparator.comparing(Host::id));
    return all;
  }

  private Host host(HostDescriptor host, String state) {
    HostId id = new HostId(host.id());
    Resources reserved = placer.reserved(id);
    long containers =
        records.all().stream().filter(record -> record.host().equals(host.id())).count();
    return new Host(
        id,
        host.name(),
        state,
        state.equals("healthy") ? host.address() : "",
        host.engineVersion(),
        host.cpus(),
        reserved.cpus().value() / NANO,
        host.memory(),
        reserved.memory().value(),
        Math.toIntExact(containers),
        host.labels());
  }

  @Override
  public Usage of(TenantId tenant) {
    Counts counts = view.in(tenant).counts();
    Amounts used = placer.used(tenant);
    EnumMap<Quantity, Long> all = new EnumMap<>(Quantity.class);
    all.putAll(used.of());
    all.put(Quantity.IMAGE_BYTES, view.imagesOf(tenant).ownBytes());
    return new Usage(
        counts.containers(),
        counts.running(),
        used.of(Quantity.MEMORY),
        used.of(Quantity.CPUS) / NANO,
        all);
  }
}

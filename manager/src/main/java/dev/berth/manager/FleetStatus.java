package dev.berth.manager;

import dev.berth.common.id.HostId;
import dev.berth.common.id.TenantId;
import dev.berth.common.monitor.HostMetric;
import dev.berth.common.monitor.HostSample;
import dev.berth.common.monitor.Level;
import dev.berth.common.record.ContainerRecord;
import dev.berth.common.record.HostDescriptor;
import dev.berth.common.record.HostRecord;
import dev.berth.common.record.ManagerRecord;
import dev.berth.common.resource.Resources;
import dev.berth.manager.cluster.ContainerRecords;
import dev.berth.manager.cluster.HostLink;
import dev.berth.manager.cluster.HostRegister;
import dev.berth.manager.cluster.HostResources;
import dev.berth.manager.cluster.Hosts;
import dev.berth.manager.cluster.LeaderPlacer;
import dev.berth.manager.cluster.Leadership;
import dev.berth.manager.cluster.Managers;
import dev.berth.manager.monitor.FleetMonitor;
import dev.berth.manager.monitor.HostLook;
import dev.berth.manager.ops.ClusterStatus;
import dev.berth.manager.ops.TenantUsage;
import dev.berth.manager.view.Counts;
import dev.berth.manager.view.View;
import dev.berth.scheduler.Extras;
import dev.berth.scheduler.quota.Amounts;
import dev.berth.scheduler.quota.Quantity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** Tells operators of the fleet, from what this manager holds in memory. */
final class FleetStatus implements ClusterStatus, TenantUsage {
  private static final double NANO = 1e9;

  /** So many hosts that do not answer are told of one by one. */
  private static final int MOST_TROUBLED = 5;

  private final String version;
  private final String managerId;
  private final Managers managers;
  private final Hosts hosts;
  private final HostRegister register;
  private final View view;
  private final ContainerRecords records;
  private final LeaderPlacer placer;
  private final Leadership leadership;
  private final ToLongFunction<TenantId> volumeBytes;
  private final BooleanSupplier zookeeperConnected;

  FleetStatus(
      String version,
      String managerId,
      Managers managers,
      Hosts hosts,
      HostRegister register,
      View view,
      ContainerRecords records,
      LeaderPlacer placer,
      Leadership leadership,
      ToLongFunction<TenantId> volumeBytes,
      BooleanSupplier zookeeperConnected) {
    this.version = version;
    this.managerId = managerId;
    this.managers = managers;
    this.hosts = hosts;
    this.register = register;
    this.view = view;
    this.records = records;
    this.placer = placer;
    this.leadership = leadership;
    this.volumeBytes = volumeBytes;
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
        Math.toIntExact(all.stream().filter(host -> !host.address().isEmpty()).count()),
        records.all().size(),
        warnings(all));
  }

  private List<String> warnings(List<Host> all) {
    List<String> warnings = new ArrayList<>();
    if (!zookeeperConnected.getAsBoolean()) {
      warnings.add(
          "ZooKeeper does not answer: what is shown may be old, and nothing can be created");
    }
    List<Host> troubled = all.stream().filter(host -> !host.trouble().isEmpty()).toList();
    troubled.stream()
        .limit(MOST_TROUBLED)
        .forEach(host -> warnings.add("host %s: %s".formatted(host.name(), host.trouble())));
    if (troubled.size() > MOST_TROUBLED) {
      warnings.add("%d more hosts do not answer".formatted(troubled.size() - MOST_TROUBLED));
    }
    return warnings;
  }

  @Override
  public List<Host> hosts() {
    Map<String, Long> containers =
        records.all().stream()
            .collect(Collectors.groupingBy(ContainerRecord::host, Collectors.counting()));
    List<Host> all = new ArrayList<>();
    for (HostLink link : hosts.links()) {
      boolean up = hosts.isInSync(link.id()) && !view.isLost(link.id());
      all.add(host(link.descriptor(), up, containers));
    }
    for (HostDescriptor lost : view.lostHosts()) {
      HostId id = new HostId(lost.id());
      if (hosts.find(id).isEmpty() && register.find(id).isPresent()) {
        all.add(host(lost, false, containers));
      }
    }
    Set<HostId> shown = all.stream().map(Host::id).collect(Collectors.toSet());
    register.all().stream()
        .filter(record -> !shown.contains(new HostId(record.id())))
        .forEach(record -> all.add(notSeen(record, containers)));
    all.sort(Comparator.comparing(Host::id));
    return all;
  }

  /** One that has not been connected since this manager started. */
  private Host notSeen(HostRecord record, Map<String, Long> containers) {
    return new Host(
        new HostId(record.id()),
        record.name(),
        record.isMember() ? "pending" : "revoked",
        "",
        "",
        "",
        0,
        0,
        0,
        0,
        count(containers, record.id()),
        stocks(new HostId(record.id()), record.labels()),
        record.labels());
  }

  private Map<String, Stock> stocks(HostId id, Map<String, String> labels) {
    Extras reserved = placer.reservedBesides(id);
    Map<String, Stock> stocks = new TreeMap<>();
    HostResources.of(labels)
        .amounts()
        .forEach((kind, total) -> stocks.put(kind.name(), new Stock(total, reserved.of(kind))));
    return stocks;
  }

  private static int count(Map<String, Long> containers, String host) {
    return Math.toIntExact(containers.getOrDefault(host, 0L));
  }

  /** Every host that is known, and how full it is. */
  List<HostLook> looks(FleetMonitor monitor) {
    Map<HostId, HostSample> samples = new HashMap<>();
    monitor.hosts().forEach(use -> samples.put(use.id(), use.sample()));
    return register.all().stream()
        .map(
            record -> {
              HostId id = new HostId(record.id());
              boolean isUp = hosts.isInSync(id) && !view.isLost(id);
              return look(id, record, isUp, Optional.ofNullable(samples.get(id)));
            })
        .toList();
  }

  private HostLook look(HostId id, HostRecord record, boolean isUp, Optional<HostSample> sample) {
    return new HostLook(
        id,
        record.name(),
        state(id, isUp),
        sample.map(
            values ->
                new HostLook.Pressed(
                    Level.of(values.host().orZero(HostMetric.MEMORY_LEVEL)),
                    share(values, HostMetric.MEMORY_USED, HostMetric.MEMORY_TOTAL))),
        sample.map(
            values ->
                new HostLook.Pressed(
                    Level.of(values.host().orZero(HostMetric.DISK_LEVEL)),
                    share(values, HostMetric.DISK_USED, HostMetric.DISK_TOTAL))));
  }

  private static double share(HostSample values, HostMetric used, HostMetric all) {
    double total = values.host().orZero(all);
    return total > 0 ? values.host().orZero(used) / total : 0;
  }

  private String state(HostId host, boolean isUp) {
    HostRecord.State state =
        register.find(host).map(HostRecord::state).orElse(HostRecord.State.ACTIVE);
    if (!isUp && state != HostRecord.State.REVOKED) {
      return "unreachable";
    }
    return switch (state) {
      case ACTIVE -> "healthy";
      case CORDONED -> "cordoned";
      case DRAINING -> "draining";
      case DRAINED -> "drained";
      case REVOKED -> "revoked";
    };
  }

  private Host host(HostDescriptor host, boolean isUp, Map<String, Long> containers) {
    HostId id = new HostId(host.id());
    Resources reserved = placer.reserved(id);
    Map<String, String> labels = register.labels(host);
    return new Host(
        id,
        host.name(),
        state(id, isUp),
        isUp ? "" : hosts.trouble(id),
        isUp ? host.address() : "",
        host.engineVersion(),
        host.cpus(),
        reserved.cpus().value() / NANO,
        host.memory(),
        reserved.memory().value(),
        count(containers, host.id()),
        stocks(id, labels),
        labels);
  }

  @Override
  public Usage of(TenantId tenant) {
    Counts counts = view.in(tenant).counts();
    Amounts used = placer.used(tenant);
    EnumMap<Quantity, Long> all = new EnumMap<>(Quantity.class);
    all.putAll(used.of());
    all.put(Quantity.IMAGE_BYTES, view.imagesOf(tenant).ownBytes());
    all.put(Quantity.VOLUME_BYTES, volumeBytes.applyAsLong(tenant));
    return new Usage(
        counts.containers(),
        counts.running(),
        used.of(Quantity.MEMORY),
        used.of(Quantity.CPUS) / NANO,
        all);
  }
}

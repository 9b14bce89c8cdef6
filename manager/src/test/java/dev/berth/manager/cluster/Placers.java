package dev.berth.manager.cluster;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.http.Connection;
import dev.berth.common.id.Epoch;
import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.ContainerRecord;
import dev.berth.common.record.HostDescriptor;
import dev.berth.common.record.Paths;
import dev.berth.common.resource.Resources;
import dev.berth.manager.tenant.Allotment;
import dev.berth.manager.tenant.MovableClock;
import dev.berth.manager.view.Events;
import dev.berth.manager.view.View;
import dev.berth.scheduler.Overcommit;
import dev.berth.scheduler.Pressure;
import dev.berth.scheduler.quota.Quantity;
import java.io.IOException;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.apache.curator.framework.CuratorFramework;

/** Arranges a placer and what it places, without engines. */
final class Placers {
  static final TenantId TENANT = new TenantId("acme");
  static final HostId H1 = new HostId("h1");
  static final HostId H2 = new HostId("h2");
  private static final long MEMORY = 8L << 20;

  private Placers() {}

  /** One that leads nothing yet, and hears of what those records tell. */
  static LeaderPlacer over(CuratorFramework zookeeper, ContainerRecords records) {
    return over(zookeeper, records, new HostRegister(zookeeper));
  }

  /** The same, with what that register knows of hosts. */
  static LeaderPlacer over(
      CuratorFramework zookeeper, ContainerRecords records, HostRegister register) {
    return over(zookeeper, records, register, _ -> Pressure.NONE, _ -> Allotment.NONE);
  }

  /** The same, with how hard pressed hosts are and what tenants may have. */
  static LeaderPlacer over(
      CuratorFramework zookeeper,
      ContainerRecords records,
      HostRegister register,
      Function<HostId, Pressure> pressure,
      Function<TenantId, Allotment> allotments) {
    View view = new View(new MovableClock(), new Events());
    LeaderPlacer placer =
        new LeaderPlacer(
            records,
            new Hosts(zookeeper, register, Placers::unreachable, view, () -> Epoch.NONE),
            register,
            pressure,
            view,
            new PortRange(20_000, 20_099),
            _ -> true,
            allotments,
            PlacementHints.Choice.SPREAD,
            Overcommit.DEFAULT,
            Resources.NONE,
            new Random(7));
    records.listen(placer);
    return placer;
  }

  private static Connection unreachable(HostDescriptor host) throws IOException {
    throw new IOException("there is no host " + host.id());
  }

  /** Lets it lead, with one host. */
  static void lead(LeaderPlacer placer) throws Exception {
    placer.begin(Epoch.NONE);
    placer.hostJoined(host(H1));
  }

  static HostLink host(HostId id) {
    return host(id, Map.of());
  }

  /** The same, with what its engine's labels say. */
  static HostLink host(HostId id, Map<String, String> labels) {
    return new HostLink(
        new HostDescriptor(
            id.value(),
            id.value(),
            "127.0.0.1",
            1,
            "20.10.24",
            "1.41",
            "1.12",
            4,
            1L << 30,
            "overlay2",
            "Debian",
            "linux",
            "x86_64",
            "6.1.0",
            "",
            labels),
        Placers::unreachable,
        () -> Epoch.NONE);
  }

  static void makeEpoch(CuratorFramework zookeeper) throws Exception {
    if (zookeeper.checkExists().forPath(Paths.EPOCH) == null) {
      zookeeper.create().creatingParentsIfNeeded().forPath(Paths.EPOCH, new byte[] {'0'});
    }
  }

  static ObjectNode body() {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("Image", "busybox");
    body.putObject("HostConfig").put("Memory", MEMORY);
    return body;
  }

  static Placer.Wanted wanted(Placer.Kind kind, String name) {
    return new Placer.Wanted(
        kind, RecordId.random(), TENANT, name, body(), PlacementHints.NONE, Set.of());
  }

  /** The same, on that host alone. */
  static Placer.Wanted boundTo(HostId host, Placer.Wanted other) {
    return new Placer.Wanted(
        other.kind(),
        other.id(),
        other.tenant(),
        other.name(),
        other.body(),
        other.hints(),
        Set.of(host));
  }

  /** The record of what was placed there. */
  static ContainerRecord record(Placer.Wanted placed, HostId host) {
    return record(placed, host, Epoch.NONE);
  }

  /** The same in a later epoch. */
  static ContainerRecord record(Placer.Wanted placed, HostId host, Epoch epoch) {
    return new ContainerRecord(
        placed.id().value(),
        TENANT.value(),
        placed.name(),
        host.value(),
        ContainerRecord.State.PENDING,
        "",
        7,
        epoch.value(),
        placed.body());
  }

  static long used(LeaderPlacer placer, Quantity quantity) {
    return placer.used(TENANT).of(quantity);
  }
}

package dev.berth.benchmarks.fleet;

import dev.berth.common.id.HostId;
import dev.berth.common.record.HostRecord;
import dev.berth.common.record.Paths;
import dev.berth.common.record.Records;
import dev.berth.common.tls.Authority;
import dev.berth.common.tls.Peer;
import dev.berth.common.tls.PeerRole;
import dev.berth.common.zookeeper.Coordination;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.nodes.PersistentNode;
import org.apache.zookeeper.CreateMode;

/**
 * Many hosts that are members of one cluster. Their certificates are by the cluster's authority, as
 * if each had joined; they share one session of ZooKeeper, the manager's own identity on it.
 */
final class SimulatedFleet implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(60);
  private static final Duration VALIDITY = Duration.ofDays(1);

  private final List<SimulatedHost> hosts = new ArrayList<>();
  private final List<PersistentNode> announced = new ArrayList<>();
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final CuratorFramework zookeeper;

  private SimulatedFleet(CuratorFramework zookeeper) {
    this.zookeeper = zookeeper;
  }

  /**
   * Starts hosts and makes them members.
   *
   * @param data the manager's directory
   * @param servers where ZooKeeper is
   */
  static SimulatedFleet start(Path data, String servers, int count) throws Exception {
    Authority authority = Authority.open(data.resolve("cluster-ca"), "berth cluster authority");
    CuratorFramework zookeeper = Coordination.connect(servers, data.resolve("manager"));
    if (!Coordination.awaitConnected(zookeeper, CONNECT)) {
      throw new IOException("ZooKeeper does not answer at " + servers);
    }
    SimulatedFleet fleet = new SimulatedFleet(zookeeper);
    for (int i = 0; i < count; i++) {
      String id = "sim-%04d-%08x".formatted(i, i * 2_654_435_761L & 0xffffffffL);
      fleet.hosts.add(
          SimulatedHost.start(
              i, id, authority.issueHere(new Peer(PeerRole.AGENT, id), List.of(), VALIDITY)));
    }
    var _ =
        fleet.clock.scheduleAtFixedRate(
            () -> fleet.hosts.forEach(host -> host.feed().beat()), 500, 500, TimeUnit.MILLISECONDS);
    return fleet;
  }

  /** They are members and say that they are there. */
  void join() throws Exception {
    for (SimulatedHost host : hosts) {
      HostRecord record =
          HostRecord.joined(host.id(), host.name(), System.currentTimeMillis(), Map.of());
      zookeeper
          .create()
          .creatingParentsIfNeeded()
          .forPath(Paths.host(new HostId(host.id())), Records.write(record));
      PersistentNode node =
          new PersistentNode(
              zookeeper,
              CreateMode.EPHEMERAL,
              false,
              Paths.liveHost(new HostId(host.id())),
              Records.write(host.descriptor()));
      node.start();
      announced.add(node);
    }
  }

  @Override
  public void close() throws IOException {
    clock.shutdownNow();
    for (PersistentNode node : announced) {
      node.close();
    }
    zookeeper.close();
    for (SimulatedHost host : hosts) {
      host.close();
    }
  }
}

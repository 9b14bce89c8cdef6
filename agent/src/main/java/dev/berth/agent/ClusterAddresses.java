package dev.berth.agent;

import dev.berth.agent.network.Address;
import dev.berth.common.record.HostDescriptor;
import dev.berth.common.record.Paths;
import dev.berth.common.record.Records;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses of the cluster's own that this host knows: ZooKeeper's, the manager's that it
 * joined at, and those of the other hosts' agents.
 */
final class ClusterAddresses {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterAddresses.class);

  private final CuratorFramework zookeeper;
  private final Membership membership;
  private final Optional<Join> join;
  private List<Address> hosts = List.of();

  ClusterAddresses(CuratorFramework zookeeper, Membership membership, Optional<Join> join) {
    this.zookeeper = zookeeper;
    this.membership = membership;
    this.join = join;
  }

  /** Those of now; while ZooKeeper is away, the hosts of before. */
  synchronized List<Address> now() {
    List<Address> all = new ArrayList<>(Address.servers(membership.servers()));
    join.map(Join::manager)
        .ifPresent(
            manager -> all.addAll(Address.resolve(manager.getHostString(), manager.getPort())));
    if (zookeeper.getZookeeperClient().isConnected()) {
      try {
        hosts = hosts();
      } catch (Exception e) {
        LOG.atDebug().setCause(e).log("the other hosts' addresses are not known now");
      }
    }
    all.addAll(hosts);
    return all;
  }

  private List<Address> hosts() throws Exception {
    List<Address> addresses = new ArrayList<>();
    for (String id : zookeeper.getChildren().forPath(Paths.LIVE_HOSTS)) {
      try {
        HostDescriptor host =
            Records.read(
                zookeeper.getData().forPath(Paths.LIVE_HOSTS + "/" + id), HostDescriptor.class);
        addresses.addAll(Address.resolve(host.address(), host.port()));
      } catch (KeeperException.NoNodeException e) {
        // It left meanwhile.
      }
    }
    return addresses;
  }
}

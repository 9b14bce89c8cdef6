package dev.berth.agent;

import dev.berth.agent.network.Address;
import dev.berth.common.record.HostDescriptor;
import dev.berth.common.record.Paths;
import dev.berth.common.record.Records;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.ChildData;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;

/**
 * The addresses of the cluster's own that this host knows: ZooKeeper's, the manager's that it
 * joined at, and those of the other hosts' agents. While ZooKeeper is away they stay.
 */
final class ClusterAddresses implements AutoCloseable {
  private final Membership membership;
  private final Optional<Join> join;
  private final CuratorCache hosts;

  ClusterAddresses(CuratorFramework zookeeper, Membership membership, Optional<Join> join) {
    this.membership = membership;
    this.join = join;
    this.hosts = CuratorCache.build(zookeeper, Paths.LIVE_HOSTS);
  }

  /** Follows the hosts that come, and tells of each. */
  void follow(Runnable changed) {
    hosts
        .listenable()
        .addListener(
            CuratorCacheListener.builder().forCreatesAndChanges((_, _) -> changed.run()).build());
    hosts.start();
  }

  List<Address> now() {
    List<Address> all = new ArrayList<>(Address.servers(membership.servers()));
    join.map(Join::manager)
        .ifPresent(
            manager -> all.addAll(Address.resolve(manager.getHostString(), manager.getPort())));
    hosts.stream()
        .filter(data -> data.getPath().startsWith(Paths.LIVE_HOSTS + "/"))
        .map(ChildData::getData)
        .map(data -> Records.read(data, HostDescriptor.class))
        .forEach(host -> all.addAll(Address.resolve(host.address(), host.port())));
    return all;
  }

  @Override
  public void close() {
    hosts.close();
  }
}

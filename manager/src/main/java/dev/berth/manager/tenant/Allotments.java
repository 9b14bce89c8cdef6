package dev.berth.manager.tenant;

import dev.berth.common.id.TenantId;
import dev.berth.common.record.AllotmentRecord;
import dev.berth.common.record.Paths;
import dev.berth.common.record.Records;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.curator.framework.CuratorFramework;

/**
 * What each tenant may have, in ZooKeeper, and all of it in memory, where it stays while ZooKeeper
 * is away. Safe for any thread.
 */
public final class Allotments implements AutoCloseable {
  private final Nodes nodes;
  private final Followed followed;
  private final Allotment usual;
  private final Map<String, Allotment> own = new ConcurrentHashMap<>();

  /** With what tenants have that nothing was said of. */
  public Allotments(CuratorFramework zookeeper, Allotment usual) {
    this.nodes = new Nodes(zookeeper);
    this.followed = new Followed(zookeeper, Paths.ALLOTMENTS);
    this.usual = usual;
  }

  /** Returns when all is in memory: nothing may be placed before. */
  public void start() throws IOException, InterruptedException {
    followed.start(
        (tenant, data) -> own.put(tenant, Allotment.of(Records.read(data, AllotmentRecord.class))),
        own::remove);
  }

  public Allotment of(TenantId tenant) {
    return own.getOrDefault(tenant.value(), usual);
  }

  /** Sets what a tenant, also one of Keystone's, may have from now on; what it has it keeps. */
  public void put(TenantId tenant, Allotment allotment) {
    nodes.put(Paths.allotment(tenant), allotment.record());
    own.put(tenant.value(), allotment);
  }

  /** The tenant has what all have. */
  public void remove(TenantId tenant) {
    nodes.delete(Paths.allotment(tenant));
    own.remove(tenant.value());
  }

  @Override
  public void close() {
    followed.close();
  }
}

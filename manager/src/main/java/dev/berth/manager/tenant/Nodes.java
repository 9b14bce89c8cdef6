package dev.berth.manager.tenant;

import dev.berth.common.record.Records;
import java.util.List;
import java.util.Optional;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;

/**
 * The few things that the identity store does with znodes. A call fails at once while there is no
 * connection, so that no request waits for ZooKeeper to come back.
 */
final class Nodes {

  /** A record with the version that a replacement must name. */
  record Versioned<T>(T record, int version) {}

  @FunctionalInterface
  private interface Work<T> {
    T run() throws Exception;
  }

  private final CuratorFramework zookeeper;

  Nodes(CuratorFramework zookeeper) {
    this.zookeeper = zookeeper;
  }

  /** Whether it was made; false when it is there already. */
  boolean create(String path, Object record) {
    return ask(
        () -> {
          try {
            zookeeper.create().creatingParentsIfNeeded().forPath(path, Records.write(record));
            return true;
          } catch (KeeperException.NodeExistsException _) {
            return false;
          }
        });
  }

  /** Writes it, whether it is there or not. */
  void put(String path, Object record) {
    boolean _ =
        ask(
            () -> {
              zookeeper
                  .create()
                  .orSetData()
                  .creatingParentsIfNeeded()
                  .forPath(path, Records.write(record));
              return true;
            });
  }

  <T> Optional<T> read(String path, Class<T> type) {
    return readVersioned(path, type).map(Versioned::record);
  }

  <T> Optional<Versioned<T>> readVersioned(String path, Class<T> type) {
    Stat stat = new Stat();
    Optional<byte[]> data =
        ask(
            () -> {
              try {
                return Optional.of(zookeeper.getData().storingStatIn(stat).forPath(path));
              } catch (KeeperException.NoNodeException _) {
                return Optional.empty();
              }
            });
    return data.map(bytes -> new Versioned<>(Records.read(bytes, type), stat.getVersion()));
  }

  /** Whether it was replaced; false when it has changed since that version. */
  boolean replace(String path, Object record, int version) {
    return ask(
        () -> {
          try {
            zookeeper.setData().withVersion(version).forPath(path, Records.write(record));
            return true;
          } catch (KeeperException.BadVersionException | KeeperException.NoNodeException _) {
            return false;
          }
        });
  }

  void delete(String path) {
    boolean _ =
        ask(
            () -> {
              try {
                zookeeper.delete().forPath(path);
                return true;
              } catch (KeeperException.NoNodeException _) {
                return false;
              }
            });
  }

  /** The names of the children in order; none when the parent is missing. */
  List<String> children(String path) {
    return ask(
        () -> {
          try {
            return zookeeper.getChildren().forPath(path).stream().sorted().toList();
          } catch (KeeperException.NoNodeException _) {
            return List.of();
          }
        });
  }

  private <T> T ask(Work<T> work) {
    if (!zookeeper.getZookeeperClient().isConnected()) {
      throw new IdentityException.Unavailable(new KeeperException.ConnectionLossException());
    }
    try {
      return work.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IdentityException.Unavailable(e);
    } catch (Exception e) {
      throw new IdentityException.Unavailable(e);
    }
  }
}

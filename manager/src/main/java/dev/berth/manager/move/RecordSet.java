package dev.berth.manager.move;

import dev.berth.common.id.RecordId;
import java.io.IOException;
import java.util.List;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;

/** Some containers, by the ids of their records, in ZooKeeper. Safe for any thread. */
final class RecordSet {
  private final CuratorFramework zookeeper;
  private final String root;

  /** Below a path. */
  RecordSet(CuratorFramework zookeeper, String root) {
    this.zookeeper = zookeeper;
    this.root = root;
  }

  @FunctionalInterface
  private interface Work<T> {
    T run() throws Exception;
  }

  private static <T> T ask(Work<T> work) throws IOException {
    try {
      return work.run();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("ZooKeeper does not answer: " + e.getMessage(), e);
    }
  }

  void add(RecordId container) throws IOException {
    boolean _ =
        ask(
            () -> {
              try {
                zookeeper.create().creatingParentsIfNeeded().forPath(path(container), new byte[0]);
                return true;
              } catch (KeeperException.NodeExistsException e) {
                return false;
              }
            });
  }

  void remove(RecordId container) throws IOException {
    boolean _ =
        ask(
            () -> {
              try {
                zookeeper.delete().forPath(path(container));
                return true;
              } catch (KeeperException.NoNodeException e) {
                return false;
              }
            });
  }

  boolean contains(RecordId container) throws IOException {
    return ask(() -> zookeeper.checkExists().forPath(path(container)) != null);
  }

  /** The same at once: false while ZooKeeper is away. */
  boolean isSeen(RecordId container) {
    try {
      return zookeeper.getZookeeperClient().isConnected() && contains(container);
    } catch (IOException e) {
      return false;
    }
  }

  List<RecordId> all() throws IOException {
    return ask(
        () -> {
          try {
            return zookeeper.getChildren().forPath(root).stream().map(RecordId::new).toList();
          } catch (KeeperException.NoNodeException e) {
            return List.of();
          }
        });
  }

  private String path(RecordId container) {
    return root + "/" + container;
  }
}

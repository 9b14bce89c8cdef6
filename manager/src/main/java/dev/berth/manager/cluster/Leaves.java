package dev.berth.manager.cluster;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;

/** Reads records from ZooKeeper itself, many at a time. */
final class Leaves {
  private static final int MAX_READS = 64;

  private final CuratorFramework zookeeper;

  Leaves(CuratorFramework zookeeper) {
    this.zookeeper = zookeeper;
  }

  /**
   * What was read.
   *
   * @param isWhole whether no name was given up meanwhile: what had it may be under another
   */
  record Reading(List<byte[]> nodes, boolean isWhole) {}

  private record Leaf(Optional<byte[]> data, boolean isOfBefore) {}

  /** What is one step below a node; nothing when that is not there. */
  List<String> names(String parent) throws Exception {
    return names(parent, new Stat());
  }

  /** All two steps below a root. */
  Reading readAll(String root) throws Exception {
    return read(names(root).stream().map(each -> root + "/" + each).toList());
  }

  /** All one step below each of these. */
  Reading read(Collection<String> parents) throws Exception {
    List<Future<Leaf>> reads = new ArrayList<>();
    Semaphore underWay = new Semaphore(MAX_READS);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (String parent : parents) {
        Stat listed = new Stat();
        for (String name : names(parent, listed)) {
          underWay.acquire();
          reads.add(
              threads.submit(
                  () -> {
                    try {
                      return read(parent + "/" + name, listed.getPzxid());
                    } finally {
                      underWay.release();
                    }
                  }));
        }
      }
    }
    List<byte[]> nodes = new ArrayList<>();
    boolean isWhole = true;
    for (Future<Leaf> read : reads) {
      Leaf leaf = read.get();
      leaf.data().ifPresent(nodes::add);
      isWhole &= leaf.isOfBefore();
    }
    return new Reading(nodes, isWhole);
  }

  private List<String> names(String parent, Stat stat) throws Exception {
    try {
      return zookeeper.getChildren().storingStatIn(stat).forPath(parent);
    } catch (KeeperException.NoNodeException e) {
      return List.of();
    }
  }

  private Leaf read(String path, long listed) throws Exception {
    try {
      Stat stat = new Stat();
      byte[] data = zookeeper.getData().storingStatIn(stat).forPath(path);
      return new Leaf(Optional.of(data), stat.getCzxid() <= listed);
    } catch (KeeperException.NoNodeException e) {
      return new Leaf(Optional.empty(), false);
    }
  }
}

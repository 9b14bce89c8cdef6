package dev.berth.manager.cluster;

import dev.berth.common.id.Epoch;
import dev.berth.common.record.Paths;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.leader.LeaderLatchListener;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this manager leads, and in which epoch. Each term of leadership begins a new epoch. Safe
 * for any thread.
 */
public final class Leadership implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

  /** Hears of the terms of this manager, one after another, on one thread. */
  public interface Listener {
    /** A term begins; placement waits until this has returned. */
    void begin(Epoch epoch) throws Exception;

    void end();
  }

  private final CuratorFramework zookeeper;
  private final String managerId;
  private final CuratorCache epochs;
  private volatile LeaderLatch latch;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final ExecutorService turns =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("leadership").factory());

  private volatile Epoch epoch = Epoch.NONE;
  private volatile boolean ready;

  public Leadership(CuratorFramework zookeeper, String managerId) {
    this.zookeeper = zookeeper;
    this.managerId = managerId;
    this.epochs =
        CuratorCache.build(zookeeper, Paths.EPOCH, CuratorCache.Options.SINGLE_NODE_CACHE);
    this.latch = newLatch();
  }

  public void listen(Listener listener) {
    listeners.add(listener);
  }

  /** Stands for election. */
  public void start() throws Exception {
    removeOwnRemains();
    epochs
        .listenable()
        .addListener(
            CuratorCacheListener.builder()
                .forCreatesAndChanges((_, data) -> learn(parse(data.getData())))
                .build());
    epochs.start();
    latch.start();
  }

  private synchronized void learn(Epoch seen) {
    if (epoch.isBefore(seen)) {
      epoch = seen;
    }
  }

  private static Epoch parse(byte[] data) {
    return Epoch.parse(new String(data, StandardCharsets.US_ASCII));
  }

  private LeaderLatch newLatch() {
    LeaderLatch fresh = new LeaderLatch(zookeeper, Paths.LEADER, managerId);
    fresh.addListener(
        new LeaderLatchListener() {
          @Override
          public void isLeader() {
            begin();
          }

          @Override
          public void notLeader() {
            end();
          }
        },
        turns);
    return fresh;
  }

  /**
   * A manager that was killed leaves its place in the election until its session expires. Only one
   * process has this manager's data directory, so such a place is its own, and need not be waited
   * for.
   */
  private void removeOwnRemains() throws Exception {
    try {
      for (String child : zookeeper.getChildren().forPath(Paths.LEADER)) {
        String path = Paths.LEADER + "/" + child;
        byte[] id = zookeeper.getData().forPath(path);
        if (new String(id, StandardCharsets.UTF_8).equals(managerId)) {
          zookeeper.delete().forPath(path);
        }
      }
    } catch (KeeperException.NoNodeException e) {
      // The first election of this cluster, or the place expired meanwhile.
    }
  }

  private void begin() {
    try {
      Epoch own = nextEpoch();
      learn(own);
      for (Listener listener : listeners) {
        listener.begin(own);
      }
      ready = latch.hasLeadership();
      LOG.atInfo().addKeyValue("epoch", epoch).log("leading");
    } catch (Exception e) {
      LOG.atError().setCause(e).log("cannot lead; standing for election again");
      standAgain();
    }
  }

  private void standAgain() {
    ready = false;
    try {
      latch.close(LeaderLatch.CloseMode.SILENT);
      latch = newLatch();
      latch.start();
    } catch (Exception e) {
      LOG.atError().setCause(e).log("cannot stand for election");
    }
  }

  private Epoch nextEpoch() throws Exception {
    while (true) {
      try {
        Stat stat = new Stat();
        byte[] last = zookeeper.getData().storingStatIn(stat).forPath(Paths.EPOCH);
        Epoch next = parse(last).next();
        zookeeper
            .setData()
            .withVersion(stat.getVersion())
            .forPath(Paths.EPOCH, next.toString().getBytes(StandardCharsets.US_ASCII));
        return next;
      } catch (KeeperException.NoNodeException e) {
        try {
          zookeeper
              .create()
              .creatingParentsIfNeeded()
              .forPath(Paths.EPOCH, "0".getBytes(StandardCharsets.US_ASCII));
        } catch (KeeperException.NodeExistsException again) {
          // Another manager was first: read its value.
        }
      } catch (KeeperException.BadVersionException e) {
        // Another manager began an epoch meanwhile: take the one after it.
      }
    }
  }

  private void end() {
    ready = false;
    listeners.forEach(Listener::end);
    LOG.atInfo().addKeyValue("epoch", epoch).log("no longer leading");
  }

  /** Whether this manager leads and has taken over. */
  public boolean isLeading() {
    return ready && latch.hasLeadership();
  }

  /** The manager that leads now; empty when nobody does, or ZooKeeper does not answer. */
  public Optional<String> leader() {
    try {
      String id = latch.getLeader().getId();
      return id.isEmpty() ? Optional.empty() : Optional.of(id);
    } catch (Exception e) {
      LOG.atDebug().setCause(e).log("no leader known");
      return Optional.empty();
    }
  }

  /** The last epoch that this manager knows of. */
  public Epoch epoch() {
    return epoch;
  }

  @Override
  public void close() {
    ready = false;
    epochs.close();
    try {
      latch.close();
    } catch (IOException | IllegalStateException e) {
      LOG.atDebug().setCause(e).log("the election was left already");
    }
    turns.shutdown();
  }
}

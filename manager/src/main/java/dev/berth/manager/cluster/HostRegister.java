package dev.berth.manager.cluster;

import dev.berth.common.id.HostId;
import dev.berth.common.record.HostDescriptor;
import dev.berth.common.record.HostRecord;
import dev.berth.common.record.Paths;
import dev.berth.common.record.Records;
import dev.berth.scheduler.HostCondition;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.ChildData;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;

/**
 * The hosts that have joined, whether they answer or not, and what operators want of each: in
 * ZooKeeper, and all of it in memory, where it stays while ZooKeeper is away. Safe for any thread.
 */
public final class HostRegister implements AutoCloseable {
  private static final Duration LOAD = Duration.ofSeconds(30);
  private static final int TRIES = 8;

  private final CuratorFramework zookeeper;
  private final CuratorCache cache;
  private final Latest latest;
  private final Map<HostId, HostRecord> known = new ConcurrentHashMap<>();
  private final List<Consumer<HostId>> listeners = new CopyOnWriteArrayList<>();

  public HostRegister(CuratorFramework zookeeper) {
    this.zookeeper = zookeeper;
    this.latest = new Latest(zookeeper);
    this.cache = CuratorCache.build(zookeeper, Paths.HOSTS);
  }

  /** Is told of each host of which something has changed. Must be quick. */
  public void listen(Consumer<HostId> listener) {
    listeners.add(listener);
  }

  /** Returns when all hosts are known. */
  public void start() throws IOException, InterruptedException {
    CountDownLatch loaded = new CountDownLatch(1);
    cache
        .listenable()
        .addListener(
            CuratorCacheListener.builder()
                .forCreatesAndChanges((_, data) -> seen(data))
                .forDeletes(this::gone)
                .forInitialized(loaded::countDown)
                .build());
    cache.start();
    if (!loaded.await(LOAD.toSeconds(), TimeUnit.SECONDS)) {
      throw new IOException("the hosts could not be read within " + LOAD.toSeconds() + " s");
    }
  }

  private static boolean isHost(ChildData data) {
    return data.getPath().startsWith(Paths.HOSTS + "/") && data.getData().length > 0;
  }

  private void seen(ChildData data) {
    if (isHost(data)) {
      put(Records.read(data.getData(), HostRecord.class));
    }
  }

  private void put(HostRecord record) {
    HostId id = new HostId(record.id());
    if (!record.equals(known.put(id, record))) {
      listeners.forEach(listener -> listener.accept(id));
    }
  }

  private void gone(ChildData data) {
    if (isHost(data)) {
      HostId id = new HostId(data.getPath().substring(Paths.HOSTS.length() + 1));
      if (known.remove(id) != null) {
        listeners.forEach(listener -> listener.accept(id));
      }
    }
  }

  public Optional<HostRecord> find(HostId host) {
    return Optional.ofNullable(known.get(host));
  }

  /** All, in the order of their ids. */
  public Collection<HostRecord> all() {
    return known.values().stream().sorted(Comparator.comparing(HostRecord::id)).toList();
  }

  /**
   * Changes what is wanted of a host; returns what is wanted then.
   *
   * @return empty when there is no such host
   * @throws IOException while ZooKeeper does not answer
   */
  public Optional<HostRecord> change(HostId host, UnaryOperator<HostRecord> change)
      throws IOException {
    String path = Paths.host(host);
    try {
      for (int tries = 0; tries < TRIES; tries++) {
        Stat stat = new Stat();
        HostRecord before =
            Records.read(zookeeper.getData().storingStatIn(stat).forPath(path), HostRecord.class);
        HostRecord after = change.apply(before);
        try {
          if (!after.equals(before)) {
            zookeeper.setData().withVersion(stat.getVersion()).forPath(path, Records.write(after));
          }
          put(after);
          return Optional.of(after);
        } catch (KeeperException.BadVersionException e) {
          // Somebody else changed it meanwhile: once more, from what it is now.
        }
      }
      throw new IOException("host %s is being changed by many; try again".formatted(host));
    } catch (KeeperException.NoNodeException e) {
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("the host could not be changed: " + e.getMessage(), e);
    }
  }

  /** Whether there is such a host, by ZooKeeper's own word. */
  boolean exists(HostId host) throws IOException {
    String path = Paths.host(host);
    try {
      latest.await(path);
      return zookeeper.checkExists().forPath(path) != null;
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("ZooKeeper does not answer: " + e.getMessage(), e);
    }
  }

  /** Whether its agent is let in. */
  boolean isMember(HostId host) {
    return find(host).map(HostRecord::isMember).orElse(false);
  }

  /** Takes away what a host's agent has said; it has no way to say it again. */
  void silence(HostId host) throws IOException {
    delete(Paths.liveHost(host));
  }

  /** The host is no longer known. */
  void remove(HostId host) throws IOException {
    delete(Paths.host(host));
    if (known.remove(host) != null) {
      listeners.forEach(listener -> listener.accept(host));
    }
  }

  private void delete(String path) throws IOException {
    try {
      zookeeper.delete().forPath(path);
    } catch (KeeperException.NoNodeException e) {
      // Somebody else was first, or it was not there.
    } catch (Exception e) {
      throw new IOException("ZooKeeper does not answer: " + e.getMessage(), e);
    }
  }

  /** Whether a host that answers takes new containers. */
  HostCondition condition(HostId host) {
    return switch (find(host).map(HostRecord::state).orElse(HostRecord.State.ACTIVE)) {
      case ACTIVE -> HostCondition.HEALTHY;
      case CORDONED -> HostCondition.CORDONED;
      case DRAINING, DRAINED, REVOKED -> HostCondition.DRAINING;
    };
  }

  /** Whether an operator lets something new come to a host. */
  boolean isOpen(HostId host) {
    return condition(host) == HostCondition.HEALTHY;
  }

  /** The engine's labels, and over them the operator's. */
  public Map<String, String> labels(HostDescriptor host) {
    Map<String, String> labels = new HashMap<>(host.labels());
    find(new HostId(host.id())).ifPresent(record -> labels.putAll(record.labels()));
    return labels;
  }

  @Override
  public void close() {
    cache.close();
  }
}

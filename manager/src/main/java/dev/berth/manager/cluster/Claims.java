package dev.berth.manager.cluster;

import dev.berth.common.id.TenantId;
import dev.berth.common.record.Claim;
import dev.berth.common.record.Paths;
import dev.berth.common.record.Records;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.ChildData;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.apache.curator.framework.recipes.cache.CuratorCacheStorage;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;

/**
 * The records of all volumes, or of all networks: written to ZooKeeper, and known here from its
 * watches. What this manager writes it knows at once; what others write, a moment later. Safe for
 * any thread.
 */
public final class Claims<R extends Claim> implements AutoCloseable {

  /** Hears of every change, in order, one at a time. Must be quick. */
  public interface Listener<R> {
    void put(R record);

    void removed(R record);
  }

  /** A name that is taken. */
  static final class TakenException extends Exception {
    TakenException(String name) {
      super("the name " + name + " is taken");
    }
  }

  private record Known<R>(R record, long created, long modified) {}

  private final CuratorFramework zookeeper;
  private final String root;
  private final Class<R> type;
  private final Function<R, String> key;
  private final CuratorCache cache;
  private final Latest latest;
  private final Leaves leaves;
  private final List<Listener<R>> listeners = new CopyOnWriteArrayList<>();
  private final CountDownLatch loaded = new CountDownLatch(1);

  // Guarded by this. A removed path is kept with its creation's transaction until ZooKeeper's own
  // word of the removal has come, so that older news cannot bring the record back.
  private final Map<String, Known<R>> known = new HashMap<>();
  private final Map<String, Long> removed = new HashMap<>();

  /**
   * Claims below a path.
   *
   * @param key what a record is claimed under in its tenant
   */
  public Claims(CuratorFramework zookeeper, String root, Class<R> type, Function<R, String> key) {
    this.zookeeper = zookeeper;
    this.latest = new Latest(zookeeper);
    this.leaves = new Leaves(zookeeper);
    this.root = root;
    this.type = type;
    this.key = key;
    this.cache =
        CuratorCache.builder(zookeeper, root)
            .withStorage(CuratorCacheStorage.dataNotCached())
            .build();
  }

  public void listen(Listener<R> listener) {
    listeners.add(listener);
  }

  /** Reads all records; returns when they are known. */
  public void start() throws Exception {
    makeParents(root);
    cache
        .listenable()
        .addListener(
            CuratorCacheListener.builder()
                .forCreates(this::seen)
                .forChanges((_, data) -> seen(data))
                .forDeletes(this::gone)
                .forInitialized(loaded::countDown)
                .build());
    cache.start();
    if (!loaded.await(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException("ZooKeeper did not list %s in 60 s".formatted(root));
    }
  }

  private void makeParents(String path) throws Exception {
    try {
      zookeeper.create().creatingParentsIfNeeded().forPath(path, new byte[0]);
    } catch (KeeperException.NodeExistsException e) {
      // Another manager, another request or an earlier start was first.
    }
  }

  private void seen(ChildData data) {
    if (data.getPath().split("/").length == 4 && data.getData().length > 0) {
      put(
          data.getPath(),
          Records.read(data.getData(), type),
          data.getStat().getCzxid(),
          data.getStat().getMzxid());
    }
  }

  private void gone(ChildData data) {
    synchronized (this) {
      removed.remove(data.getPath(), data.getStat().getCzxid());
    }
    forget(data.getPath(), data.getStat().getCzxid(), false);
  }

  private synchronized void put(String path, R record, long created, long modified) {
    Known<R> before = known.get(path);
    Long tombstone = removed.get(path);
    if ((tombstone != null && tombstone >= created)
        || (before != null && before.modified() >= modified)) {
      return;
    }
    known.put(path, new Known<>(record, created, modified));
    notifyAll();
    if (before != null && !before.record().id().equals(record.id())) {
      listeners.forEach(listener -> listener.removed(before.record()));
    }
    listeners.forEach(listener -> listener.put(record));
  }

  private synchronized void forget(String path, long created, boolean own) {
    Known<R> before = known.get(path);
    if (before == null || before.created() > created) {
      return;
    }
    if (own) {
      removed.put(path, created);
    }
    known.remove(path);
    notifyAll();
    listeners.forEach(listener -> listener.removed(before.record()));
  }

  synchronized Optional<R> find(TenantId tenant, String claimedAs) {
    return Optional.ofNullable(known.get(Paths.claim(root, tenant, claimedAs))).map(Known::record);
  }

  synchronized Collection<R> all() {
    return known.values().stream().map(Known::record).toList();
  }

  /** How many records there are of each host that has any, by its id. */
  synchronized Map<String, Integer> countByHost() {
    Map<String, Integer> counts = new HashMap<>();
    known.values().forEach(each -> counts.merge(each.record().host(), 1, Integer::sum));
    return counts;
  }

  /** The record once nobody is at making it; empty when it is gone or still pending after that. */
  synchronized Optional<R> awaitSettled(TenantId tenant, String claimedAs, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    try {
      while (true) {
        Optional<R> record = find(tenant, claimedAs);
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (record.isEmpty() || record.get().state() == Claim.State.SETTLED) {
          return record;
        }
        if (left <= 0) {
          return Optional.empty();
        }
        wait(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** Writes a new record, which claims its name. */
  void create(R record) throws Exception {
    String path = path(record);
    byte[] bytes = Records.write(record);
    Stat stat = new Stat();
    try {
      try {
        zookeeper.create().storingStatIn(stat).forPath(path, bytes);
      } catch (KeeperException.NoNodeException e) {
        makeParents(Paths.claims(root, new TenantId(record.tenant())));
        zookeeper.create().storingStatIn(stat).forPath(path, bytes);
      }
    } catch (KeeperException.NodeExistsException e) {
      if (isThere(path, bytes)) {
        return;
      }
      learn(path);
      throw new TakenException(record.name());
    }
    put(path, record, stat.getCzxid(), stat.getMzxid());
  }

  /**
   * Whether exactly that is there. A write whose answer was lost is made again by itself, and then
   * refused.
   */
  private boolean isThere(String path, byte[] written) throws Exception {
    Stat stat = new Stat();
    try {
      byte[] now = zookeeper.getData().storingStatIn(stat).forPath(path);
      if (!Arrays.equals(now, written)) {
        return false;
      }
    } catch (KeeperException.NoNodeException e) {
      return false;
    }
    put(path, Records.read(written, type), stat.getCzxid(), stat.getMzxid());
    return true;
  }

  /** Takes in what another manager wrote a moment ago. */
  private void learn(String path) throws Exception {
    try {
      Stat stat = new Stat();
      R record = Records.read(zookeeper.getData().storingStatIn(stat).forPath(path), type);
      put(path, record, stat.getCzxid(), stat.getMzxid());
    } catch (KeeperException.NoNodeException e) {
      // Gone again.
    }
  }

  /** Writes a record anew; false when it is no longer there. */
  boolean update(R record) throws Exception {
    String path = path(record);
    byte[] bytes = Records.write(record);
    try {
      Stat stat = new Stat();
      byte[] now = zookeeper.getData().storingStatIn(stat).forPath(path);
      if (!Records.read(now, type).id().equals(record.id())) {
        return false;
      }
      Stat written = zookeeper.setData().withVersion(stat.getVersion()).forPath(path, bytes);
      put(path, record, written.getCzxid(), written.getMzxid());
      return true;
    } catch (KeeperException.NoNodeException e) {
      return false;
    } catch (KeeperException.BadVersionException e) {
      return isThere(path, bytes);
    }
  }

  /** The record as ZooKeeper itself has it; empty when it is gone, or another has its name. */
  Optional<R> read(R record) throws Exception {
    try {
      R now = Records.read(zookeeper.getData().forPath(path(record)), type);
      return Optional.of(now).filter(each -> each.id().equals(record.id()));
    } catch (KeeperException.NoNodeException e) {
      return Optional.empty();
    }
  }

  /** Whether ZooKeeper itself has exactly that, whichever of its servers answers. */
  boolean isCurrent(R record) throws Exception {
    latest.await(path(record));
    return read(record).filter(record::equals).isPresent();
  }

  /** All records, from ZooKeeper itself, whichever of its servers answers. */
  List<R> readAll() throws Exception {
    latest.await(root);
    return leaves.readAll(root).nodes().stream().map(data -> Records.read(data, type)).toList();
  }

  /** Removes a record, which frees its name. Nothing happens when it is gone already. */
  void remove(R record) throws Exception {
    String path = path(record);
    try {
      Stat stat = new Stat();
      byte[] now = zookeeper.getData().storingStatIn(stat).forPath(path);
      if (!Records.read(now, type).id().equals(record.id())) {
        return;
      }
      zookeeper.delete().withVersion(stat.getVersion()).forPath(path);
      forget(path, stat.getCzxid(), true);
    } catch (KeeperException.NoNodeException | KeeperException.BadVersionException e) {
      // Removed or changed by somebody else, who has the later word.
    }
  }

  private String path(R record) {
    return Paths.claim(root, new TenantId(record.tenant()), key.apply(record));
  }

  @Override
  public void close() {
    cache.close();
  }
}

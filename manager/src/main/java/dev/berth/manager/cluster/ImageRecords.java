package dev.berth.manager.cluster;

import dev.berth.common.id.ImageId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.ImageRecord;
import dev.berth.common.record.Paths;
import dev.berth.common.record.Records;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.curator.framework.recipes.cache.ChildData;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.apache.curator.framework.recipes.cache.CuratorCacheStorage;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;

/**
 * The records of all tenants' images. A tenant's images change one change at a time over all
 * managers: each is one transaction that also moves the version of the tenant's znode, so that a
 * tag never belongs to two images. What this manager writes it knows at once; what others write, a
 * moment later. Safe for any thread.
 */
public final class ImageRecords implements AutoCloseable {
  private static final int TRIES = 30;
  private static final long MAX_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** Hears of every change, in order for each image, one at a time. Must be quick. */
  public interface Listener {
    void imagePut(ImageRecord record);

    void imageRemoved(ImageRecord record);
  }

  private record Known(ImageRecord record, long created, long modified) {}

  private final CuratorFramework zookeeper;
  private final CuratorCache cache;
  private final Latest latest;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final CountDownLatch loaded = new CountDownLatch(1);

  // Guarded by this. A removed path is kept with its creation's transaction until ZooKeeper's own
  // word of the removal has come, so that older news cannot bring the record back.
  private final Map<String, Known> known = new HashMap<>();
  private final Map<String, Long> removed = new HashMap<>();

  public ImageRecords(CuratorFramework zookeeper) {
    this.zookeeper = zookeeper;
    this.latest = new Latest(zookeeper);
    this.cache =
        CuratorCache.builder(zookeeper, Paths.IMAGES)
            .withStorage(CuratorCacheStorage.dataNotCached())
            .build();
  }

  public void listen(Listener listener) {
    listeners.add(listener);
  }

  /** Reads all records; returns when they are known. */
  public void start() throws Exception {
    create(Paths.IMAGES);
    cache
        .listenable()
        .addListener(
            CuratorCacheListener.builder()
                .forCreates(this::seen)
                .forChanges((_, data) -> seen(data))
                .forDeletes(data -> gone(data.getPath(), data.getStat().getCzxid(), false))
                .forInitialized(loaded::countDown)
                .build());
    cache.start();
    if (!loaded.await(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException("ZooKeeper did not list the image records in 60 s");
    }
  }

  private void create(String path) throws Exception {
    try {
      zookeeper.create().creatingParentsIfNeeded().forPath(path, new byte[0]);
    } catch (KeeperException.NodeExistsException e) {
      // Another was first, or it has been there for long.
    }
  }

  private void seen(ChildData data) {
    if (data.getPath().split("/").length == 4
        && data.getData() != null
        && data.getData().length > 0) {
      put(data.getPath(), Records.read(data.getData(), ImageRecord.class), data.getStat());
    }
  }

  private synchronized void put(String path, ImageRecord record, Stat stat) {
    Known before = known.get(path);
    Long tombstone = removed.get(path);
    if ((tombstone != null && tombstone >= stat.getCzxid())
        || (before != null && before.modified() >= stat.getMzxid())) {
      return;
    }
    known.put(path, new Known(record, stat.getCzxid(), stat.getMzxid()));
    listeners.forEach(listener -> listener.imagePut(record));
  }

  private synchronized void gone(String path, long created, boolean own) {
    if (own) {
      removed.put(path, created);
    } else {
      removed.remove(path, created);
    }
    Known before = known.get(path);
    if (before != null && before.created() <= created) {
      known.remove(path);
      listeners.forEach(listener -> listener.imageRemoved(before.record()));
    }
  }

  /** Whether any tenant has that image, by ZooKeeper's own word. */
  public boolean isOwned(ImageId image) throws IOException {
    try {
      latest.await(Paths.IMAGES);
      for (String tenant : zookeeper.getChildren().forPath(Paths.IMAGES)) {
        if (zookeeper.checkExists().forPath(Paths.image(new TenantId(tenant), image)) != null) {
          return true;
        }
      }
      return false;
    } catch (Exception e) {
      throw new IOException("the image records cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Changes a tenant's images: what the change makes of all of them, by id, is written at once, or
   * tried again on what somebody else has made of them meanwhile.
   *
   * @param change may be called several times; an exception of its own ends it all
   */
  public void change(TenantId tenant, UnaryOperator<Map<String, ImageRecord>> change)
      throws IOException {
    for (int tries = 1; ; tries++) {
      try {
        if (tryToChange(tenant, change)) {
          return;
        }
      } catch (IOException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IOException(
            "the images of %s could not be recorded: %s".formatted(tenant, e.getMessage()), e);
      }
      if (tries == TRIES) {
        throw new IOException(
            "the images of %s change too often at the moment; try again".formatted(tenant));
      }
      LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(MAX_PAUSE_NANOS));
    }
  }

  private boolean tryToChange(TenantId tenant, UnaryOperator<Map<String, ImageRecord>> change)
      throws Exception {
    String parent = Paths.images(tenant);
    Stat version = zookeeper.checkExists().forPath(parent);
    if (version == null) {
      create(parent);
      return false;
    }
    Map<String, Long> created = new HashMap<>();
    Map<String, ImageRecord> before = read(tenant, created);
    Map<String, ImageRecord> after = change.apply(new HashMap<>(before));
    List<CuratorOp> operations = new ArrayList<>();
    List<ImageRecord> written = new ArrayList<>();
    List<ImageRecord> deleted = new ArrayList<>();
    for (ImageRecord record : after.values()) {
      String path = path(tenant, record);
      ImageRecord old = before.get(record.id());
      if (old == null) {
        operations.add(zookeeper.transactionOp().create().forPath(path, Records.write(record)));
        written.add(record);
      } else if (!old.equals(record)) {
        operations.add(zookeeper.transactionOp().setData().forPath(path, Records.write(record)));
        written.add(record);
      }
    }
    for (ImageRecord old : before.values()) {
      if (!after.containsKey(old.id())) {
        operations.add(zookeeper.transactionOp().delete().forPath(path(tenant, old)));
        deleted.add(old);
      }
    }
    if (operations.isEmpty()) {
      return true;
    }
    operations.add(
        zookeeper
            .transactionOp()
            .setData()
            .withVersion(version.getVersion())
            .forPath(parent, new byte[0]));
    try {
      zookeeper.transaction().forOperations(operations);
    } catch (KeeperException.BadVersionException
        | KeeperException.NodeExistsException
        | KeeperException.NoNodeException e) {
      return false;
    }
    for (ImageRecord record : written) {
      learn(path(tenant, record));
    }
    deleted.forEach(record -> gone(path(tenant, record), created.get(record.id()), true));
    return true;
  }

  private static String path(TenantId tenant, ImageRecord record) {
    return Paths.image(tenant, new ImageId(record.id()));
  }

  private Map<String, ImageRecord> read(TenantId tenant, Map<String, Long> created)
      throws Exception {
    Map<String, ImageRecord> records = new HashMap<>();
    for (String digits : zookeeper.getChildren().forPath(Paths.images(tenant))) {
      String path = Paths.images(tenant) + "/" + digits;
      try {
        Stat stat = new Stat();
        ImageRecord record =
            Records.read(zookeeper.getData().storingStatIn(stat).forPath(path), ImageRecord.class);
        records.put(record.id(), record);
        created.put(record.id(), stat.getCzxid());
      } catch (KeeperException.NoNodeException e) {
        // Removed meanwhile, so that the version has moved and the transaction will fail.
      }
    }
    return records;
  }

  private void learn(String path) throws Exception {
    try {
      Stat stat = new Stat();
      byte[] data = zookeeper.getData().storingStatIn(stat).forPath(path);
      put(path, Records.read(data, ImageRecord.class), stat);
    } catch (KeeperException.NoNodeException e) {
      // Removed again by somebody else, of which the cache will hear.
    }
  }

  @Override
  public void close() {
    cache.close();
  }
}

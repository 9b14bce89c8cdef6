package dev.berth.manager.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.berth.common.id.ContainerName;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.ContainerRecord;
import dev.berth.common.record.Paths;
import dev.berth.common.record.Records;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.ChildData;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.apache.curator.framework.recipes.cache.CuratorCacheStorage;
import org.apache.curator.utils.ZKPaths;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;

/**
 * The records of all containers: written to ZooKeeper, and known here from its watches. What this
 * manager writes it knows at once; what others write, a moment later. Safe for any thread.
 *
 * <p>The specs are left in ZooKeeper: known records have a null node in their place.
 */
public final class ContainerRecords implements AutoCloseable {

  /** Hears of every change, in order, one at a time. Must be quick. */
  public interface Listener {
    void recordPut(ContainerRecord record);

    void recordRemoved(ContainerRecord record);
  }

  /** A name that is taken. */
  public static final class NameTakenException extends Exception {
    private final Optional<ContainerRecord> holder;

    NameTakenException(ContainerName name, Optional<ContainerRecord> holder) {
      super("the name " + name + " is taken");
      this.holder = holder;
    }

    public Optional<ContainerRecord> holder() {
      return holder;
    }
  }

  private record Known(ContainerRecord record, long created, long modified) {}

  private static final String NOT_THERE = "it was renamed or removed a moment ago; try again";
  private static final int READ_TRIES = 5;
  private static final int CHANGE_TRIES = 20;
  private static final long CHANGE_PAUSE_MILLIS = 50;

  private final CuratorFramework zookeeper;
  private final CuratorCache cache;
  private final LateNews lateNews;
  private final Leaves leaves;
  private final Latest latest;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final CountDownLatch loaded = new CountDownLatch(1);

  // Guarded by this. A removed path is kept with its creation's transaction until ZooKeeper's own
  // word of the removal has come, so that older news cannot bring the record back.
  private final Map<String, Known> known = new HashMap<>();
  private final Map<String, Long> removed = new HashMap<>();
  private final Map<RecordId, String> paths = new HashMap<>();
  private final Set<RecordId> moving = new HashSet<>();

  public ContainerRecords(CuratorFramework zookeeper) {
    this.zookeeper = zookeeper;
    this.lateNews = new LateNews(zookeeper);
    this.leaves = new Leaves(zookeeper);
    this.latest = new Latest(zookeeper);
    this.cache =
        CuratorCache.builder(zookeeper, Paths.CONTAINERS)
            .withStorage(CuratorCacheStorage.dataNotCached())
            .build();
  }

  public void listen(Listener listener) {
    listeners.add(listener);
  }

  /** Reads all records; returns when they are known. */
  public void start() throws Exception {
    if (zookeeper.checkExists().forPath(Paths.CONTAINERS) == null) {
      createParents(Paths.CONTAINERS);
    }
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
      throw new IllegalStateException("ZooKeeper did not list the container records in 60 s");
    }
  }

  private void createParents(String path) throws Exception {
    try {
      zookeeper.create().creatingParentsIfNeeded().forPath(path, new byte[0]);
    } catch (KeeperException.NodeExistsException e) {
      // Another manager, or another request, was first.
    }
  }

  private static boolean isRecord(String path) {
    return path.startsWith(Paths.CONTAINERS + "/") && path.split("/").length == 4;
  }

  private void seen(ChildData data) {
    if (isRecord(data.getPath()) && data.getData() != null && data.getData().length > 0) {
      put(
          data.getPath(),
          Records.read(data.getData(), ContainerRecord.class),
          data.getStat().getCzxid(),
          data.getStat().getMzxid());
    }
  }

  private void gone(ChildData data) {
    synchronized (this) {
      removed.remove(data.getPath(), data.getStat().getCzxid());
    }
    // Renamed elsewhere it is there under its new name first, and is never missed.
    lateNews.await(
        ZKPaths.getPathAndNode(data.getPath()).getPath(),
        () -> forget(data.getPath(), data.getStat().getCzxid(), false));
  }

  private synchronized void put(String path, ContainerRecord record, long created, long modified) {
    Known before = known.get(path);
    Long tombstone = removed.get(path);
    if ((tombstone != null && tombstone >= created)
        || (before != null && before.modified() >= modified)) {
      return;
    }
    ContainerRecord light = record.withSpec(NullNode.getInstance());
    boolean isReplaced = before != null && !before.record().id().equals(record.id());
    if (isReplaced && paths.remove(new RecordId(before.record().id()), path)) {
      listeners.forEach(listener -> listener.recordRemoved(before.record()));
    }
    known.put(path, new Known(light, created, modified));
    paths.put(new RecordId(record.id()), path);
    listeners.forEach(listener -> listener.recordPut(light));
  }

  private synchronized void forget(String path, long created, boolean own) {
    Known before = known.get(path);
    if (before == null || before.created() > created) {
      return;
    }
    if (own) {
      removed.put(path, created);
    }
    known.remove(path);
    RecordId id = new RecordId(before.record().id());
    // After a rename the record stands at its new path, or soon will: then it is not gone.
    if (!moving.contains(id) && paths.remove(id, path)) {
      listeners.forEach(listener -> listener.recordRemoved(before.record()));
    }
  }

  public synchronized Optional<ContainerRecord> find(RecordId id) {
    return Optional.ofNullable(paths.get(id)).map(known::get).map(Known::record);
  }

  public synchronized Collection<ContainerRecord> all() {
    return paths.values().stream()
        .map(known::get)
        .filter(Objects::nonNull)
        .map(Known::record)
        .toList();
  }

  /**
   * Writes a new record, which claims its name.
   *
   * @throws StaleEpochException when a later epoch has begun than the one it was placed in: its
   *     leader has not counted it
   */
  void create(ContainerRecord record) throws Exception {
    String path = path(record);
    Stat stat;
    try {
      try {
        stat = createInEpoch(path, record);
      } catch (KeeperException.NoNodeException e) {
        createParents(Paths.containers(new TenantId(record.tenant())));
        stat = createInEpoch(path, record);
      }
    } catch (KeeperException.NodeExistsException e) {
      if (isThere(path, Records.write(record))) {
        return;
      }
      throw new NameTakenException(new ContainerName(record.name()), read(path));
    } catch (KeeperException.BadVersionException e) {
      throw new StaleEpochException("another manager leads since a moment ago; try again");
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
    put(path, Records.read(written, ContainerRecord.class), stat.getCzxid(), stat.getMzxid());
    return true;
  }

  /** INVARIANT: the version of the epoch's node is the epoch, for each term writes it once. */
  private Stat createInEpoch(String path, ContainerRecord record) throws Exception {
    zookeeper
        .transaction()
        .forOperations(
            zookeeper
                .transactionOp()
                .check()
                .withVersion(Math.toIntExact(record.epoch()))
                .forPath(Paths.EPOCH),
            zookeeper.transactionOp().create().forPath(path, Records.write(record)));
    // A transaction does not tell the new node's stat.
    Stat stat = zookeeper.checkExists().forPath(path);
    if (stat == null) {
      throw new StaleEpochException("a new leader undid this create; try again");
    }
    return stat;
  }

  /**
   * All records with their specs, from ZooKeeper itself: what another manager wrote a moment ago is
   * there, too.
   */
  List<ContainerRecord> readAll() throws Exception {
    latest.await(Paths.CONTAINERS);
    return leaves.readAll(Paths.CONTAINERS).nodes().stream().map(ContainerRecords::parsed).toList();
  }

  /** What ZooKeeper itself says from now on. */
  public RecordsNow now() {
    return new RecordsNow(this);
  }

  /** The tenants that have or had records, by the same word. */
  List<TenantId> tenants() throws IOException {
    return latest(
        Paths.CONTAINERS,
        () -> leaves.names(Paths.CONTAINERS).stream().map(TenantId::new).toList());
  }

  /**
   * All records of a tenant, by the same word.
   *
   * @throws IOException also when they are renamed so often that some may have been passed over
   */
  List<ContainerRecord> readAll(TenantId tenant) throws IOException {
    String parent = Paths.containers(tenant);
    return latest(
        parent,
        () -> {
          for (int tries = 0; tries < READ_TRIES; tries++) {
            Leaves.Reading reading = leaves.read(List.of(parent));
            if (reading.isWhole()) {
              return reading.nodes().stream().map(ContainerRecords::parsed).toList();
            }
          }
          throw new IOException("the containers of %s are just being renamed".formatted(tenant));
        });
  }

  private <T> T latest(String path, Callable<T> read) throws IOException {
    try {
      latest.await(path);
      return read.call();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("ZooKeeper does not answer: " + e.getMessage(), e);
    }
  }

  private static ContainerRecord parsed(byte[] data) {
    return Records.read(data, ContainerRecord.class);
  }

  private Optional<ContainerRecord> read(String path) throws Exception {
    try {
      return Optional.of(Records.read(zookeeper.getData().forPath(path), ContainerRecord.class));
    } catch (KeeperException.NoNodeException e) {
      return Optional.empty();
    }
  }

  /** The record with its spec, from ZooKeeper itself; empty when it is gone. */
  Optional<ContainerRecord> readWhole(ContainerRecord record) throws Exception {
    return read(path(record)).filter(found -> found.id().equals(record.id()));
  }

  /** Writes a record anew under its name; false when it is no longer there. */
  boolean update(ContainerRecord record) throws Exception {
    String path = path(record);
    byte[] bytes = Records.write(record);
    try {
      Stat stat = new Stat();
      byte[] now = zookeeper.getData().storingStatIn(stat).forPath(path);
      if (!Records.read(now, ContainerRecord.class).id().equals(record.id())) {
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

  /** Writes another spec into a record, whatever its name is by then; false when it is gone. */
  boolean change(RecordId id, JsonNode spec) throws Exception {
    for (int tries = 0; tries < CHANGE_TRIES; tries++) {
      Optional<ContainerRecord> known = find(id);
      if (known.isPresent() && change(known.get(), spec)) {
        return true;
      }
      // A name that another manager gives it is known here a moment later.
      TimeUnit.MILLISECONDS.sleep(CHANGE_PAUSE_MILLIS);
    }
    return false;
  }

  private boolean change(ContainerRecord known, JsonNode spec) throws Exception {
    String path = path(known);
    try {
      Stat stat = new Stat();
      byte[] now = zookeeper.getData().storingStatIn(stat).forPath(path);
      ContainerRecord record = Records.read(now, ContainerRecord.class);
      // Who makes it settles it by the version that it wrote: it would take this for an undoing.
      boolean isPending = record.state() == ContainerRecord.State.PENDING;
      if (!record.id().equals(known.id()) || isPending) {
        return false;
      }
      ContainerRecord changed = record.withSpec(spec);
      byte[] bytes = Records.write(changed);
      Stat written = zookeeper.setData().withVersion(stat.getVersion()).forPath(path, bytes);
      put(path, changed, written.getCzxid(), written.getMzxid());
      return true;
    } catch (KeeperException.NoNodeException | KeeperException.BadVersionException e) {
      return false;
    }
  }

  /** Settles a record that this caller has just created, at the cost of one write. */
  boolean settle(ContainerRecord pending, String containerId) throws Exception {
    ContainerRecord settled = pending.settled(containerId);
    String path = path(pending);
    byte[] bytes = Records.write(settled);
    try {
      Stat written = zookeeper.setData().withVersion(0).forPath(path, bytes);
      put(path, settled, written.getCzxid(), written.getMzxid());
      return true;
    } catch (KeeperException.NoNodeException e) {
      return false;
    } catch (KeeperException.BadVersionException e) {
      return isThere(path, bytes);
    }
  }

  /** Moves a record to another name, at once and only if that name is free. */
  void rename(ContainerRecord record, ContainerName name) throws Exception {
    String from = path(record);
    Stat stat = new Stat();
    ContainerRecord whole;
    try {
      byte[] now = zookeeper.getData().storingStatIn(stat).forPath(from);
      whole = Records.read(now, ContainerRecord.class);
    } catch (KeeperException.NoNodeException e) {
      throw new IOException(NOT_THERE, e);
    }
    if (!whole.id().equals(record.id())) {
      throw new IOException(NOT_THERE);
    }
    ContainerRecord renamed = whole.renamed(name.value());
    String to = path(renamed);
    RecordId id = new RecordId(record.id());
    moving(id, true);
    try {
      zookeeper
          .transaction()
          .forOperations(
              zookeeper.transactionOp().create().forPath(to, Records.write(renamed)),
              zookeeper.transactionOp().delete().withVersion(stat.getVersion()).forPath(from));
      Stat now = zookeeper.checkExists().forPath(to);
      if (now != null) {
        put(to, renamed, now.getCzxid(), now.getMzxid());
      }
    } catch (KeeperException.NodeExistsException e) {
      if (!isThere(to, Records.write(renamed))) {
        throw new NameTakenException(name, read(to));
      }
    } finally {
      moving(id, false);
    }
    forget(from, stat.getCzxid(), true);
  }

  private synchronized void moving(RecordId id, boolean now) {
    if (now) {
      moving.add(id);
    } else {
      moving.remove(id);
    }
  }

  /** Removes a record, which frees its name. Nothing happens when it is gone already. */
  void remove(ContainerRecord record) throws Exception {
    String path = path(record);
    try {
      Stat stat = new Stat();
      byte[] now = zookeeper.getData().storingStatIn(stat).forPath(path);
      if (!Records.read(now, ContainerRecord.class).id().equals(record.id())) {
        return;
      }
      zookeeper.delete().withVersion(stat.getVersion()).forPath(path);
      forget(path, stat.getCzxid(), true);
    } catch (KeeperException.NoNodeException | KeeperException.BadVersionException e) {
      // Removed or changed by somebody else, who has the later word.
    }
  }

  private static String path(ContainerRecord record) {
    return Paths.container(new TenantId(record.tenant()), new ContainerName(record.name()));
  }

  @Override
  public void close() {
    cache.close();
  }
}

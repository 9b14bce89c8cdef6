package dev.berth.manager.cluster;

import dev.berth.common.record.ManagerRecord;
import dev.berth.common.record.Paths;
import dev.berth.common.record.Records;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.ChildData;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.apache.curator.framework.recipes.nodes.PersistentNode;
import org.apache.zookeeper.CreateMode;

/** The managers that run, this one among them. Safe for any thread. */
public final class Managers implements AutoCloseable {
  private final CuratorFramework zookeeper;
  private final CuratorCache cache;
  private final Map<String, ManagerRecord> running = new ConcurrentSkipListMap<>();
  private final List<Consumer<String>> leavings = new CopyOnWriteArrayList<>();
  private Optional<PersistentNode> own = Optional.empty();

  public Managers(CuratorFramework zookeeper) {
    this.zookeeper = zookeeper;
    this.cache = CuratorCache.build(zookeeper, Paths.MANAGERS);
  }

  /** Hears the id of each manager that is no longer there. Must be quick. */
  public void onLeaving(Consumer<String> listener) {
    leavings.add(listener);
  }

  /** Follows the others, and tells them of this one for as long as it lives. */
  public void start(ManagerRecord self) {
    cache
        .listenable()
        .addListener(
            CuratorCacheListener.builder()
                .forCreatesAndChanges((_, data) -> put(data))
                .forDeletes(this::left)
                .build());
    cache.start();
    PersistentNode node =
        new PersistentNode(
            zookeeper,
            CreateMode.EPHEMERAL,
            false,
            Paths.MANAGERS + "/" + self.id(),
            Records.write(self));
    node.start();
    own = Optional.of(node);
  }

  private void put(ChildData data) {
    if (data.getPath().startsWith(Paths.MANAGERS + "/") && data.getData().length > 0) {
      ManagerRecord record = Records.read(data.getData(), ManagerRecord.class);
      running.put(record.id(), record);
    }
  }

  private void left(ChildData data) {
    if (data.getPath().startsWith(Paths.MANAGERS + "/")) {
      String id = data.getPath().substring(Paths.MANAGERS.length() + 1);
      running.remove(id);
      leavings.forEach(listener -> listener.accept(id));
    }
  }

  Optional<ManagerRecord> find(String id) {
    return Optional.ofNullable(running.get(id));
  }

  /** By their ids, in order. */
  public List<ManagerRecord> all() {
    return List.copyOf(running.values());
  }

  @Override
  public void close() {
    own.ifPresent(
        node -> {
          try {
            node.close();
          } catch (java.io.IOException e) {
            // The session's end removes it all the same.
          }
        });
    cache.close();
  }
}

package dev.berth.manager.tenant;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.ChildData;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;

/** The children of one znode, told as they come and go. */
final class Followed implements AutoCloseable {
  private static final Duration LOAD = Duration.ofSeconds(30);

  /** Hears of a child that is new or has changed. */
  @FunctionalInterface
  interface Put {
    void put(String name, byte[] data);
  }

  /** Hears of a child that is gone. */
  @FunctionalInterface
  interface Removed {
    void removed(String name);
  }

  private final String root;
  private final CuratorCache cache;

  Followed(CuratorFramework zookeeper, String root) {
    this.root = root;
    this.cache = CuratorCache.build(zookeeper, root);
  }

  /** Returns when all that is there has been told. */
  void start(Put put, Removed removed) throws IOException, InterruptedException {
    CountDownLatch loaded = new CountDownLatch(1);
    cache
        .listenable()
        .addListener(
            CuratorCacheListener.builder()
                .forCreatesAndChanges(
                    (_, data) -> name(data).ifPresent(name -> put.put(name, data.getData())))
                .forDeletes(data -> name(data).ifPresent(removed::removed))
                .forInitialized(loaded::countDown)
                .build());
    cache.start();
    if (!loaded.await(LOAD.toSeconds(), TimeUnit.SECONDS)) {
      throw new IOException("%s could not be read within %d s".formatted(root, LOAD.toSeconds()));
    }
  }

  private Optional<String> name(ChildData data) {
    return data.getPath().length() > root.length()
        ? Optional.of(data.getPath().substring(root.length() + 1))
        : Optional.empty();
  }

  @Override
  public void close() {
    cache.close();
  }
}

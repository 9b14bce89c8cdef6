package dev.berth.manager.cluster;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;

/** Makes sure that what is read from ZooKeeper is the latest, also of a server that lags behind. */
final class Latest {
  private static final long SECONDS = 30;

  private final CuratorFramework zookeeper;

  Latest(CuratorFramework zookeeper) {
    this.zookeeper = zookeeper;
  }

  /** From here on reads show all that was written before. */
  void await(String path) throws Exception {
    CompletableFuture<KeeperException.Code> answer = new CompletableFuture<>();
    zookeeper
        .sync()
        .inBackground(
            (_, event) -> answer.complete(KeeperException.Code.get(event.getResultCode())))
        .forPath(path);
    KeeperException.Code code = answer.get(SECONDS, TimeUnit.SECONDS);
    if (code != KeeperException.Code.OK) {
      throw KeeperException.create(code, path);
    }
  }
}

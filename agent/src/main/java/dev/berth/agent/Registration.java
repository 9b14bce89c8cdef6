package dev.berth.agent;

import dev.berth.agent.engine.EngineDownException;
import dev.berth.agent.engine.EpochGate;
import dev.berth.agent.host.HostFacts;
import dev.berth.common.id.Epoch;
import dev.berth.common.id.HostId;
import dev.berth.common.record.HostDescriptor;
import dev.berth.common.record.Paths;
import dev.berth.common.record.Records;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the host's descriptor in ZooKeeper, for as long as this agent's session lives, and follows
 * the epoch there. One loop brings what is there to what ought to be; changes wake it, and so does
 * time.
 */
final class Registration implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Registration.class);
  private static final long ROUND_SECONDS = 5;

  private final CuratorFramework zookeeper;
  private final HostFacts facts;
  private final String path;
  private final CuratorCache epochs;
  private final Semaphore wakeUp = new Semaphore(1);
  private volatile boolean closed;
  private volatile Optional<HostDescriptor> known = Optional.empty();
  private volatile boolean engineChanged = true;

  Registration(CuratorFramework zookeeper, HostId id, HostFacts facts, EpochGate gate) {
    this.zookeeper = zookeeper;
    this.facts = facts;
    this.path = Paths.liveHost(id);
    this.epochs =
        CuratorCache.build(zookeeper, Paths.EPOCH, CuratorCache.Options.SINGLE_NODE_CACHE);
    epochs
        .listenable()
        .addListener(
            CuratorCacheListener.builder()
                .forCreatesAndChanges((_, data) -> learn(gate, data.getData()))
                .build());
    zookeeper.getConnectionStateListenable().addListener((_, _) -> wakeUp.release());
  }

  private static void learn(EpochGate gate, byte[] data) {
    gate.learn(Epoch.parse(new String(data, StandardCharsets.US_ASCII)));
  }

  void start() {
    epochs.start();
    Thread.ofVirtual().name("registration").start(this::run);
  }

  /** The engine has come back, perhaps as another version. */
  void engineIsUp() {
    engineChanged = true;
    wakeUp.release();
  }

  private void run() {
    while (!closed) {
      try {
        if (wakeUp.tryAcquire(ROUND_SECONDS, TimeUnit.SECONDS)) {
          wakeUp.drainPermits();
        }
        if (!closed) {
          round();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (KeeperException.NoAuthException e) {
        LOG.atWarn()
            .addKeyValue("path", path)
            .log(
                "the cluster does not let this host in: it was revoked or removed; to join anew,"
                    + " stop the agent, remove its data and start it with a new token");
      } catch (EngineDownException e) {
        LOG.atDebug().addKeyValue("reason", e.getMessage()).log("the engine cannot be described");
      } catch (Exception e) {
        LOG.atDebug().setCause(e).log("not registered; trying again");
      }
    }
  }

  private void round() throws Exception {
    if (engineChanged || known.isEmpty()) {
      engineChanged = false;
      try {
        known = Optional.of(facts.read());
      } catch (EngineDownException e) {
        engineChanged = true;
        throw e;
      }
    }
    if (!zookeeper.getZookeeperClient().isConnected()) {
      return;
    }
    register(Records.write(known.get()));
  }

  /** A node of a former session would soon vanish: it gives way to one of this session. */
  private void register(byte[] descriptor) throws Exception {
    long session = zookeeper.getZookeeperClient().getZooKeeper().getSessionId();
    Stat stat = zookeeper.checkExists().forPath(path);
    if (stat != null && stat.getEphemeralOwner() != session) {
      zookeeper.delete().forPath(path);
      stat = null;
    }
    if (stat == null) {
      zookeeper
          .create()
          .creatingParentsIfNeeded()
          .withMode(CreateMode.EPHEMERAL)
          .forPath(path, descriptor);
      LOG.atInfo().addKeyValue("path", path).log("registered");
    } else if (!java.util.Arrays.equals(zookeeper.getData().forPath(path), descriptor)) {
      zookeeper.setData().forPath(path, descriptor);
    }
  }

  /** Says at once that this host is no longer there. */
  @Override
  public void close() {
    closed = true;
    wakeUp.release();
    epochs.close();
    try {
      if (zookeeper.getZookeeperClient().isConnected()) {
        zookeeper.delete().forPath(path);
      }
    } catch (KeeperException.NoNodeException e) {
      // It was not registered.
    } catch (Exception e) {
      LOG.atDebug().setCause(e).log("the session's end will remove the registration");
    }
  }
}

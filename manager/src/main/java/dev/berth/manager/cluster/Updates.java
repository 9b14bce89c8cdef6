package dev.berth.manager.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.ContainerRecord;
import dev.berth.common.record.Paths;
import dev.berth.manager.tenant.UpdatePolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.zookeeper.KeeperException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes the limits of containers, one update of a container at a time over all managers. What is
 * to grow is reserved and recorded first; what shrinks, when its engine has said so: a death at any
 * point leaves at least as much counted as the container has. Safe for any thread.
 */
public final class Updates {
  private static final Logger LOG = LoggerFactory.getLogger(Updates.class);
  private static final Duration TURN = Duration.ofSeconds(30);

  /** The engine that has the container. */
  interface Engine {
    EngineAnswer update(ObjectNode changes) throws IOException;

    EngineAnswer inspect() throws IOException;
  }

  private final CuratorFramework zookeeper;
  private final ContainerRecords records;
  private final Placer placer;
  private final Duration turn;

  /** Over what managers share. */
  public Updates(CuratorFramework zookeeper, ContainerRecords records, Placer placer) {
    this(zookeeper, records, placer, TURN);
  }

  /**
   * @param turn how long an update waits for those before it
   */
  Updates(CuratorFramework zookeeper, ContainerRecords records, Placer placer, Duration turn) {
    this.zookeeper = zookeeper;
    this.records = records;
    this.placer = placer;
    this.turn = turn;
  }

  /**
   * Makes an update, and returns the engine's answer.
   *
   * @param changes what goes to the engine
   * @param policy says whether its tenant may have what comes of it
   */
  EngineAnswer update(
      RecordId id, TenantId tenant, ObjectNode changes, UpdatePolicy policy, Engine engine)
      throws IOException, RefusedPlacementException, NoLeaderException {
    InterProcessMutex mutex = new InterProcessMutex(zookeeper, Paths.update(id));
    take(mutex);
    try {
      return updateInTurn(id, tenant, changes, policy, engine);
    } finally {
      giveBack(mutex, id);
    }
  }

  private void take(InterProcessMutex mutex) throws IOException, RefusedPlacementException {
    boolean isTaken;
    try {
      isTaken = mutex.acquire(turn.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("ZooKeeper does not answer: " + e.getMessage(), e);
    }
    if (!isTaken) {
      throw new RefusedPlacementException(
          "another update of this container has been under way for %d seconds; try again when it"
                  .formatted(turn.toSeconds())
              + " is done");
    }
  }

  private void giveBack(InterProcessMutex mutex, RecordId id) {
    try {
      mutex.release();
      zookeeper.delete().forPath(Paths.update(id));
    } catch (KeeperException.NotEmptyException | KeeperException.NoNodeException e) {
      // The next has its turn, or has had it.
    } catch (Exception e) {
      LOG.atDebug().addKeyValue("record", id).setCause(e).log("the turn's znode is left");
    }
  }

  private EngineAnswer updateInTurn(
      RecordId id, TenantId tenant, ObjectNode changes, UpdatePolicy policy, Engine engine)
      throws IOException, RefusedPlacementException, NoLeaderException {
    ObjectNode before = spec(id);
    ObjectNode sent = Limits.withSwap(before, changes);
    ObjectNode given = Limits.given(sent);
    ObjectNode after = Limits.with(before, given);
    policy.requireAllowed(given, Limits.host(after), tenant);
    ObjectNode most = Limits.larger(before, after);
    try {
      placer.resize(id, most);
    } catch (NoLeaderException e) {
      // It may have been reserved, and only the answer lost.
      Thread.ofVirtual().name("give-back-" + id).start(() -> placer.updated(id, before));
      throw e;
    }
    if (!most.equals(before)) {
      try {
        record(id, most);
      } catch (IOException | RuntimeException e) {
        placer.updated(id, before);
        throw e;
      }
    }
    EngineAnswer answer;
    try {
      answer = engine.update(sent);
    } catch (IOException | RuntimeException e) {
      askEngine(id, before, given, most, engine);
      throw e;
    }
    settle(id, most, answer.isOk() ? after : before);
    return answer;
  }

  private ObjectNode spec(RecordId id) throws IOException, RefusedPlacementException {
    Optional<ContainerRecord> record = records.find(id);
    try {
      Optional<ContainerRecord> whole =
          record.isEmpty() ? Optional.empty() : records.readWhole(record.get());
      if (whole.isPresent() && whole.get().spec() instanceof ObjectNode spec) {
        return spec;
      }
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("the record could not be read: " + e.getMessage(), e);
    }
    throw new RefusedPlacementException(
        "this container is just being removed or renamed; see 'docker ps -a', and try again");
  }

  /** Nobody has said whether the engine did it. */
  private void askEngine(
      RecordId id, ObjectNode before, ObjectNode given, ObjectNode most, Engine engine) {
    try {
      EngineAnswer answer = engine.inspect();
      if (answer.isOk()) {
        settle(id, most, Limits.asOnEngine(before, given, answer.json().path("HostConfig")));
        return;
      }
    } catch (IOException | RuntimeException e) {
      LOG.atDebug().addKeyValue("record", id).setCause(e).log("the engine was not heard");
    }
    LOG.atWarn()
        .addKeyValue("record", id)
        .log("nobody knows whether an update was made; what is more of before and after counts");
  }

  /** A leader that came meanwhile may have read the record as it was before. */
  private void settle(RecordId id, ObjectNode most, ObjectNode now) throws IOException {
    if (!now.equals(most)) {
      record(id, now);
    }
    placer.updated(id, now);
  }

  private void record(RecordId id, ObjectNode spec) throws IOException {
    boolean isRecorded;
    try {
      isRecorded = records.change(id, spec);
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("the update could not be recorded: " + e.getMessage(), e);
    }
    if (!isRecorded) {
      throw new IOException(
          "the update could not be recorded, for the container is being removed or changed by"
              + " many; try again");
    }
  }
}

package dev.berth.agent.engine;

import dev.berth.common.id.Epoch;
import java.time.Duration;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets mutating calls of the newest leader pass, and none of an older one. Safe for any thread.
 *
 * <p>Once {@link #begin} has returned true, nothing that an older leader decided can change what
 * exists on this host any more.
 */
public final class EpochGate {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();
  private final TreeMap<Epoch, Integer> fencedUnderWay = new TreeMap<>();
  private Epoch newest = Epoch.NONE;

  /** One call that was let through; closed when it is over. */
  interface Passage extends AutoCloseable {
    @Override
    void close();
  }

  /** Lets a mutating call through; a newer epoch than any known one is the newest from now on. */
  Passage enter(Epoch epoch, EngineCall call) throws StaleEpochException {
    lock.lock();
    try {
      raise(epoch);
      if (!call.fenced()) {
        return () -> {};
      }
      fencedUnderWay.merge(epoch, 1, Integer::sum);
      return () -> leave(epoch);
    } finally {
      lock.unlock();
    }
  }

  /** Lets a mutating call through that no new leader waits for. */
  public void admit(Epoch epoch) throws StaleEpochException {
    lock.lock();
    try {
      raise(epoch);
    } finally {
      lock.unlock();
    }
  }

  private void leave(Epoch epoch) {
    lock.lock();
    try {
      fencedUnderWay.computeIfPresent(epoch, (_, count) -> count == 1 ? null : count - 1);
      ended.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void raise(Epoch epoch) throws StaleEpochException {
    if (epoch.isBefore(newest)) {
      throw new StaleEpochException(epoch, newest);
    }
    newest = epoch;
  }

  /** Hears of an epoch that has begun; an older one than known is no news. */
  public void learn(Epoch epoch) {
    lock.lock();
    try {
      if (newest.isBefore(epoch)) {
        newest = epoch;
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Begins an epoch: refuses older ones from now on, and waits until the fenced calls of older ones
   * that were under way are over.
   *
   * @return whether they are over; false when the bound passed first
   */
  public boolean begin(Epoch epoch, Duration bound)
      throws StaleEpochException, InterruptedException {
    lock.lock();
    try {
      raise(epoch);
      long left = bound.toNanos();
      while (!fencedUnderWay.headMap(epoch).isEmpty()) {
        if (left <= 0) {
          return false;
        }
        left = ended.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** The newest epoch that is known here. */
  public Epoch newest() {
    lock.lock();
    try {
      return newest;
    } finally {
      lock.unlock();
    }
  }
}

package dev.berth.manager.cluster;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.zookeeper.KeeperException;

/**
 * Lets a cache catch up. It tells of a removal at once, and of what is new only when that has been
 * read; so what was renamed elsewhere is told to be gone before it is told to be there. Safe for
 * any thread.
 *
 * <p>INVARIANT: answers of a session come in the order of its requests, and after the news of all
 * that they show. The cache reads a new node as soon as it has news of it, and after a lost
 * connection in the third step: the parent, its children's names, and the nodes. So when the parent
 * has not changed over as many steps, all that was there at the first of them has been read.
 */
final class LateNews {
  private static final int STEPS = 3;

  /** Where something always changes, a removal is told at last. */
  private static final int MAX_STEPS = 100;

  private final CuratorFramework zookeeper;

  // Guarded by this: who waits, by the parent, of which one question at a time is under way.
  private final Map<String, List<Waiting>> waiting = new HashMap<>();

  LateNews(CuratorFramework zookeeper) {
    this.zookeeper = zookeeper;
  }

  /**
   * Does that when all that is below a node has been told, on the thread that tells it; also when
   * that cannot be known, for the connection is lost.
   */
  void await(String parent, Runnable then) {
    boolean isFirst;
    synchronized (this) {
      isFirst = !waiting.containsKey(parent);
      // An answer to what was asked before says nothing of what came after.
      waiting
          .computeIfAbsent(parent, _ -> new ArrayList<>())
          .add(new Waiting(then, isFirst ? 0 : -1));
    }
    if (isFirst) {
      ask(parent);
    }
  }

  private void ask(String parent) {
    try {
      zookeeper.checkExists().inBackground((_, event) -> answered(parent, event)).forPath(parent);
    } catch (Exception e) {
      end(parent);
    }
  }

  private void answered(String parent, CuratorEvent event) {
    boolean isKnown =
        event.getResultCode() == KeeperException.Code.OK.intValue()
            || event.getResultCode() == KeeperException.Code.NONODE.intValue();
    if (!isKnown) {
      end(parent);
      return;
    }
    long change = event.getStat() == null ? -1 : event.getStat().getPzxid();
    boolean isOver;
    synchronized (this) {
      List<Waiting> here = waiting.get(parent);
      here.removeIf(each -> each.isOver(change));
      isOver = here.isEmpty();
      if (isOver) {
        waiting.remove(parent);
      }
    }
    if (!isOver) {
      ask(parent);
    }
  }

  private synchronized void end(String parent) {
    waiting.remove(parent).forEach(Waiting::end);
  }

  private final class Waiting {
    private final Runnable then;
    private int steps;
    private int unchanged;
    private long lastChange;

    Waiting(Runnable then, int steps) {
      this.then = then;
      this.steps = steps;
    }

    boolean isOver(long change) {
      if (steps >= 0) {
        unchanged = steps > 0 && change == lastChange ? unchanged + 1 : 1;
        lastChange = change;
      }
      steps++;
      boolean isOver = unchanged == STEPS || steps == MAX_STEPS;
      if (isOver) {
        end();
      }
      return isOver;
    }

    void end() {
      var _ = zookeeper.runSafe(then);
    }
  }
}

package dev.berth.agent.feed;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Work that keeps its order within one object and goes on beside that of others: a container that
 * the engine is slow to tell of holds up nobody else. What arrives for an object while its work is
 * under way is done together after that. Safe for any thread.
 */
final class Lanes {

  /** What has arrived for one object since its last turn. */
  record Load(List<JsonNode> events, boolean reread, boolean gone, List<Runnable> afterwards) {}

  /** Does one object's work, on a thread of its own, and throws nothing. */
  @FunctionalInterface
  interface Worker {
    void work(String id, Load load);
  }

  private static final class Lane {
    private List<JsonNode> events = new ArrayList<>();
    private List<Runnable> afterwards = new ArrayList<>();
    private boolean reread;
    private boolean gone;

    boolean isEmpty() {
      return events.isEmpty() && afterwards.isEmpty() && !reread && !gone;
    }

    Load take() {
      Load load = new Load(events, reread, gone, afterwards);
      events = new ArrayList<>();
      afterwards = new ArrayList<>();
      reread = false;
      gone = false;
      return load;
    }
  }

  private final Map<String, Lane> lanes = new HashMap<>();
  private final Worker worker;

  Lanes(Worker worker) {
    this.worker = worker;
  }

  /** An event that is passed on after what it tells of has been done. */
  void event(String id, JsonNode event, boolean reread, boolean gone) {
    add(
        id,
        lane -> {
          lane.events.add(event);
          lane.reread |= reread;
          lane.gone |= gone;
        });
  }

  /** Reads the object anew, and then runs what is given. */
  void reread(String id, Runnable afterwards) {
    add(
        id,
        lane -> {
          lane.reread = true;
          lane.afterwards.add(afterwards);
        });
  }

  private synchronized void add(String id, Consumer<Lane> change) {
    Lane lane = lanes.get(id);
    if (lane == null) {
      lane = new Lane();
      lanes.put(id, lane);
      Thread.ofVirtual().name("lane-" + id).start(() -> run(id));
    }
    change.accept(lane);
  }

  private void run(String id) {
    while (true) {
      Load load;
      synchronized (this) {
        Lane lane = lanes.get(id);
        if (lane.isEmpty()) {
          lanes.remove(id);
          return;
        }
        load = lane.take();
      }
      worker.work(id, load);
    }
  }
}

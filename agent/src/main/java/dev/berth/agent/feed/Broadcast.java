package dev.berth.agent.feed;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.common.wire.FeedCodec;
import dev.berth.common.wire.FeedMessage;
import dev.berth.common.wire.FeedMessage.ContainerState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What is known of the host, and everybody who hears of its changes. Safe for any thread; nothing
 * here waits for a reader.
 *
 * <p>Messages are numbered once for all readers. A reader that falls behind loses what is queued
 * for it and goes on from a snapshot. Who publishes names the watch it belongs to: what a watch
 * that is over still says is ignored.
 */
final class Broadcast {
  private final int maxQueuedMessages;
  private final long maxQueuedBytes;
  private final FeedCodec codec = new FeedCodec();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition known = lock.newCondition();
  private final Set<Subscription> subscriptions = new HashSet<>();
  private final Map<String, ContainerState> containers = new LinkedHashMap<>();

  private final Inventory volumes = new Inventory("Name");
  private final Inventory networks = new Inventory("Id");

  private List<JsonNode> images = List.of();
  private boolean isKnown;
  private Optional<String> down = Optional.empty();
  private int watch;
  private long seq;
  private long lastPublished = System.nanoTime();
  private boolean closed;

  Broadcast(int maxQueuedMessages, long maxQueuedBytes) {
    this.maxQueuedMessages = maxQueuedMessages;
    this.maxQueuedBytes = maxQueuedBytes;
  }

  /** Begins a new watch of the engine; what older ones publish is ignored from now on. */
  int beginWatch() {
    lock.lock();
    try {
      return ++watch;
    } finally {
      lock.unlock();
    }
  }

  /** All there is. */
  void snapshot(
      int by,
      List<ContainerState> all,
      List<JsonNode> allImages,
      List<JsonNode> allVolumes,
      List<JsonNode> allNetworks) {
    lock.lock();
    try {
      if (by != watch) {
        return;
      }
      containers.clear();
      for (ContainerState state : all) {
        containers.put(state.summary().path("Id").asText(), state);
      }
      images = List.copyOf(allImages);
      volumes.replace(allVolumes);
      networks.replace(allNetworks);
      down = Optional.empty();
      isKnown = true;
      known.signalAll();
      publish(everything(++seq));
    } finally {
      lock.unlock();
    }
  }

  private FeedMessage.Snapshot everything(long at) {
    return new FeedMessage.Snapshot(
        at, List.copyOf(containers.values()), images, volumes.all(), networks.all());
  }

  /** The engine does not answer, so the watch is over. Said once until a snapshot follows. */
  void engineDown(int by, String reason) {
    lock.lock();
    try {
      if (by != watch) {
        return;
      }
      watch++;
      if (isKnown && down.isEmpty()) {
        down = Optional.of(reason);
        publish(new FeedMessage.EngineDown(++seq, reason));
      }
    } finally {
      lock.unlock();
    }
  }

  /** A container as it was just read; empty when the engine has it no more. */
  void container(int by, String id, Optional<ContainerState> state) {
    lock.lock();
    try {
      if (by != watch) {
        return;
      }
      if (state.isPresent()) {
        if (!state.get().equals(containers.put(id, state.get()))) {
          publish(new FeedMessage.ContainerChanged(++seq, state.get()));
        }
      } else if (containers.remove(id) != null) {
        publish(new FeedMessage.ContainerGone(++seq, id));
      }
    } finally {
      lock.unlock();
    }
  }

  /** The images as they were just listed. */
  void images(int by, List<JsonNode> listed) {
    lock.lock();
    try {
      if (by == watch && !images.equals(listed)) {
        images = List.copyOf(listed);
        publish(new FeedMessage.ImagesChanged(++seq, images));
      }
    } finally {
      lock.unlock();
    }
  }

  /** The volumes as they were just listed. */
  void volumes(int by, List<JsonNode> listed) {
    lock.lock();
    try {
      if (by == watch) {
        Inventory.Change change = volumes.replace(listed);
        if (!change.isEmpty()) {
          publish(new FeedMessage.VolumesChanged(++seq, change.present(), change.gone()));
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** The networks as they were just listed. */
  void networks(int by, List<JsonNode> listed) {
    lock.lock();
    try {
      if (by == watch) {
        Inventory.Change change = networks.replace(listed);
        if (!change.isEmpty()) {
          publish(new FeedMessage.NetworksChanged(++seq, change.present(), change.gone()));
        }
      }
    } finally {
      lock.unlock();
    }
  }

  void event(int by, JsonNode event) {
    lock.lock();
    try {
      if (by == watch) {
        publish(new FeedMessage.EngineEvent(++seq, event));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Says that the host is there, if nothing was said for so long. */
  void beat(Duration silence) {
    lock.lock();
    try {
      if (isKnown && System.nanoTime() - lastPublished >= silence.toNanos()) {
        publish(new FeedMessage.Beat(++seq));
      }
    } finally {
      lock.unlock();
    }
  }

  /** The number of the last message. */
  long seq() {
    lock.lock();
    try {
      return seq;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the first snapshot. */
  boolean awaitKnown(Duration bound) throws InterruptedException {
    lock.lock();
    try {
      long left = bound.toNanos();
      while (!isKnown && !closed && left > 0) {
        left = known.awaitNanos(left);
      }
      return isKnown && !closed;
    } finally {
      lock.unlock();
    }
  }

  /** A new reader, whose first message is a snapshot. Call it once something is known. */
  Subscription subscribe() {
    lock.lock();
    try {
      Subscription subscription = new Subscription();
      subscription.closed = closed;
      subscriptions.add(subscription);
      return subscription;
    } finally {
      lock.unlock();
    }
  }

  List<ContainerState> containers() {
    lock.lock();
    try {
      return List.copyOf(containers.values());
    } finally {
      lock.unlock();
    }
  }

  int readers() {
    lock.lock();
    try {
      return subscriptions.size();
    } finally {
      lock.unlock();
    }
  }

  /** Ends every reader. */
  void close() {
    lock.lock();
    try {
      closed = true;
      known.signalAll();
      List.copyOf(subscriptions).forEach(Subscription::end);
    } finally {
      lock.unlock();
    }
  }

  private void publish(FeedMessage message) {
    lastPublished = System.nanoTime();
    if (subscriptions.isEmpty()) {
      return;
    }
    byte[] line = encode(message);
    subscriptions.forEach(subscription -> subscription.offer(line));
  }

  private byte[] encode(FeedMessage message) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      codec.write(message, out);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write a feed message", e);
    }
    return out.toByteArray();
  }

  /** What one reader has still to be told. {@link #take} is for one thread at a time. */
  final class Subscription implements AutoCloseable {
    private final Condition arrived = lock.newCondition();
    private final ArrayDeque<byte[]> queue = new ArrayDeque<>();
    private long queuedBytes;
    private boolean snapshotDue = true;
    private boolean closed;

    private void offer(byte[] line) {
      if (snapshotDue || closed) {
        return;
      }
      if (queue.size() == maxQueuedMessages || queuedBytes + line.length > maxQueuedBytes) {
        snapshotDue = true;
        queue.clear();
        queuedBytes = 0;
      } else {
        queue.add(line);
        queuedBytes += line.length;
      }
      arrived.signal();
    }

    /** Waits for what comes next, and returns all of it, encoded; nothing once it is closed. */
    List<byte[]> take() throws InterruptedException {
      List<FeedMessage> beginning = new ArrayList<>();
      lock.lock();
      try {
        while (queue.isEmpty() && !snapshotDue && !closed) {
          arrived.await();
        }
        if (closed) {
          return List.of();
        }
        if (!snapshotDue) {
          List<byte[]> lines = List.copyOf(queue);
          queue.clear();
          queuedBytes = 0;
          return lines;
        }
        snapshotDue = false;
        // The reader must come out at the number that everybody is at.
        long at = down.isPresent() ? seq - 1 : seq;
        beginning.add(everything(at));
        down.ifPresent(reason -> beginning.add(new FeedMessage.EngineDown(seq, reason)));
      } finally {
        lock.unlock();
      }
      return beginning.stream().map(Broadcast.this::encode).toList();
    }

    /** Ends it from any thread; who waits in {@link #take} gets nothing. */
    void end() {
      lock.lock();
      try {
        closed = true;
        queue.clear();
        subscriptions.remove(this);
        arrived.signal();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      end();
    }
  }
}

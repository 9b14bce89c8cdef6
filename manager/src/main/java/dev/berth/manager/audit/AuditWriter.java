package dev.berth.manager.audit;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes lines one batch after the other on a thread of its own, and hands each that is written to
 * who follows. Who has a line waits for room in the queue and for the write, up to the patience; a
 * line for which there is neither is lost, counted and logged. Safe for any thread.
 */
final class AuditWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AuditWriter.class);
  private static final int MAX_BATCH = 256;
  private static final long SYNC_SECONDS = 1;
  private static final long END_SECONDS = 5;

  /** Where the lines go. */
  interface Sink extends Closeable {
    /** Appends whole lines, or none of them. */
    void append(byte[] lines) throws IOException;

    /** Has what was appended survive the loss of power. */
    void sync() throws IOException;
  }

  private record Line(String text, CompletableFuture<Boolean> written) {}

  private final Sink sink;
  private final BlockingQueue<Line> queue;
  private final Duration patience;
  private final Set<AuditTail> tails = ConcurrentHashMap.newKeySet();
  private final AtomicLong lost = new AtomicLong();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread writer;
  private volatile boolean healthy = true;
  private volatile boolean unsynced;

  private AuditWriter(Sink sink, int room, Duration patience) {
    this.sink = sink;
    this.queue = new ArrayBlockingQueue<>(room);
    this.patience = patience;
    this.writer = Thread.ofPlatform().daemon().name("audit").unstarted(this::run);
  }

  static AuditWriter start(Sink sink, int room, Duration patience) {
    AuditWriter writer = new AuditWriter(sink, room, patience);
    writer.writer.start();
    Thread.ofVirtual().name("audit-sync").start(writer::sync);
    return writer;
  }

  /**
   * Writes a line.
   *
   * @param await whether to return only when it is in the file
   * @return whether it is; true for one that is not waited for
   */
  boolean write(String text, boolean await) {
    Line line = new Line(text, new CompletableFuture<>());
    try {
      if (!queue.offer(line, patience.toMillis(), TimeUnit.MILLISECONDS)) {
        lose(1, "the queue is full");
        return false;
      }
      return !await || line.written().get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Whether the last line could be written. */
  boolean isHealthy() {
    return healthy;
  }

  /** How many lines were not written since the start. */
  long lost() {
    return lost.get();
  }

  void follow(AuditTail tail) {
    tails.add(tail);
  }

  void leave(AuditTail tail) {
    tails.remove(tail);
  }

  private void run() {
    List<Line> batch = new ArrayList<>(MAX_BATCH);
    while (closed.getCount() > 0 || !queue.isEmpty()) {
      try {
        Line first = queue.poll(1, TimeUnit.SECONDS);
        if (first == null) {
          continue;
        }
        batch.add(first);
        queue.drainTo(batch, MAX_BATCH - 1);
        batch.removeIf(line -> line.text().isEmpty());
        if (!batch.isEmpty()) {
          write(batch);
        }
      } catch (InterruptedException e) {
        // Nobody does that: an interrupt would close the file under a write.
      } catch (RuntimeException e) {
        LOG.atError().setCause(e).log("audit lines were not written");
      }
      batch.clear();
    }
  }

  private void write(List<Line> batch) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (Line line : batch) {
      bytes.writeBytes(line.text().getBytes(StandardCharsets.UTF_8));
      bytes.write('\n');
    }
    try {
      sink.append(bytes.toByteArray());
      healthy = true;
      unsynced = true;
    } catch (IOException e) {
      healthy = false;
      lose(batch.size(), e.toString());
      batch.forEach(line -> line.written().complete(false));
      return;
    }
    for (Line line : batch) {
      line.written().complete(true);
      tails.forEach(tail -> tail.offer(line.text()));
    }
  }

  private void lose(int count, String reason) {
    long all = lost.addAndGet(count);
    LOG.atError()
        .addKeyValue("lost", all)
        .addKeyValue("reason", reason)
        .log("an audit line was not written");
  }

  private void sync() {
    try {
      while (!closed.await(SYNC_SECONDS, TimeUnit.SECONDS)) {
        if (unsynced) {
          unsynced = false;
          syncNow();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void syncNow() {
    try {
      sink.sync();
    } catch (ClosedChannelException e) {
      // The file was full in between, and synced when the next was begun.
    } catch (IOException e) {
      LOG.atWarn().setCause(e).log("audit lines may not survive the loss of power");
    }
  }

  /** Writes what is queued and ends. */
  @Override
  public void close() throws IOException {
    closed.countDown();
    // An empty line is not written, but wakes the writer; with a full queue it is awake.
    var _ = queue.offer(new Line("", new CompletableFuture<>()));
    try {
      writer.join(Duration.ofSeconds(END_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    syncNow();
    sink.close();
  }
}

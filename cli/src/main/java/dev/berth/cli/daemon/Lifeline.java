package dev.berth.cli.daemon;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps parts alive until the process is told to end (SIGTERM, ctrl-C) or a start fails, and then
 * closes them, the last first. Any thread may use it.
 */
public final class Lifeline implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lifeline.class);

  private final Deque<Part> parts = new ArrayDeque<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private boolean isClosed;

  private record Part(String name, AutoCloseable closing) {}

  /** Ends everything when the JVM is told to end; the JVM waits for it. */
  public void closeOnExit() {
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(this::close));
  }

  /** Takes a part in. One that comes after the end is closed at once. */
  public <T extends AutoCloseable> T add(String name, T part) {
    synchronized (parts) {
      if (!isClosed) {
        parts.push(new Part(name, part));
        return part;
      }
    }
    close(new Part(name, part));
    return part;
  }

  /** Waits for the end. */
  public void await() throws InterruptedException {
    ended.await();
  }

  @Override
  public void close() {
    synchronized (parts) {
      isClosed = true;
      while (!parts.isEmpty()) {
        close(parts.pop());
      }
    }
    ended.countDown();
  }

  /** What fails to close does not keep the others from it. */
  private static void close(Part part) {
    try {
      part.closing().close();
      LOG.atDebug().addKeyValue("part", part.name()).log("closed");
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      LOG.atWarn().addKeyValue("part", part.name()).setCause(e).log("did not close cleanly");
    }
  }
}

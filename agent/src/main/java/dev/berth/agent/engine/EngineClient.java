package dev.berth.agent.engine;

import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpCall;
import dev.berth.common.http.RequestHead;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.http.UnixConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The agent's own questions to its engine, each within a bound; asked in the engine's newest API
 * version. Keeps a few idle connections. Safe for any thread.
 */
public final class EngineClient implements AutoCloseable {
  private static final int MAX_IDLE = 16;
  private static final Headers HEADERS = Headers.of("Host", "docker");

  private final Path socket;
  private final ConcurrentLinkedDeque<HttpCall> idle = new ConcurrentLinkedDeque<>();
  private final Semaphore idleRoom = new Semaphore(MAX_IDLE);
  private final ScheduledThreadPoolExecutor deadlines;
  private volatile boolean closed;

  public EngineClient(Path socket) {
    this.socket = socket;
    this.deadlines =
        new ScheduledThreadPoolExecutor(
            1,
            Thread.ofPlatform().daemon().name("engine-deadlines").factory(),
            new ThreadPoolExecutor.DiscardPolicy());
    deadlines.setRemoveOnCancelPolicy(true);
  }

  /**
   * Asks and reads the whole answer, whatever its status.
   *
   * @throws EngineSilentException when the bound passes first
   */
  public EngineAnswer get(String target, Duration bound) throws EngineDownException {
    HttpCall kept = idle.poll();
    if (kept != null) {
      idleRoom.release();
      try {
        return ask(kept, target, bound);
      } catch (EngineSilentException e) {
        throw e;
      } catch (EngineDownException e) {
        // The engine may have closed this connection while it was idle: asked once more.
        dropIdle();
      }
    }
    return ask(dial(), target, bound);
  }

  private EngineAnswer ask(HttpCall call, String target, Duration bound)
      throws EngineDownException {
    Deadline deadline = new Deadline(call, bound);
    try (deadline) {
      call.send(new RequestHead("GET", target, HEADERS));
      ResponseHead head = call.receive();
      EngineAnswer answer = new EngineAnswer(head.status(), call.responseBody().readAllBytes());
      if (deadline.meet()) {
        keep(call);
      }
      return answer;
    } catch (IOException e) {
      closeQuietly(call);
      throw deadline.explain(target, e);
    }
  }

  /**
   * Asks for an answer that goes on: returns when its head is there and says 200. The caller reads
   * its body, without a bound, and closes it.
   */
  public HttpCall follow(String target, Duration bound) throws EngineDownException {
    HttpCall call = dial();
    Deadline deadline = new Deadline(call, bound);
    try (deadline) {
      call.send(new RequestHead("GET", target, HEADERS));
      ResponseHead head = call.receive();
      if (head.status() != 200) {
        throw new IOException("the engine answers %d to GET %s".formatted(head.status(), target));
      }
      return call;
    } catch (IOException e) {
      closeQuietly(call);
      throw deadline.explain(target, e);
    }
  }

  private HttpCall dial() throws EngineDownException {
    if (closed) {
      throw new EngineDownException("the agent stops");
    }
    try {
      return new HttpCall(UnixConnection.open(socket));
    } catch (IOException e) {
      throw new EngineDownException(
          "the engine at %s is not there: %s".formatted(socket, e.getMessage()), e);
    }
  }

  private void keep(HttpCall call) throws IOException {
    if (!closed && call.isReusable() && idleRoom.tryAcquire()) {
      idle.push(call);
      return;
    }
    call.close();
  }

  private void dropIdle() {
    HttpCall call;
    while ((call = idle.poll()) != null) {
      idleRoom.release();
      closeQuietly(call);
    }
  }

  @Override
  public void close() {
    closed = true;
    deadlines.shutdownNow();
    dropIdle();
  }

  private static void closeQuietly(HttpCall call) {
    try {
      call.close();
    } catch (IOException e) {
      // It is being given up.
    }
  }

  /** Closes a call when its bound passes, which ends the read that waits on it. */
  private final class Deadline implements AutoCloseable {
    private final Duration bound;
    private final AtomicBoolean over = new AtomicBoolean();
    private final ScheduledFuture<?> alarm;
    private volatile boolean missed;

    Deadline(HttpCall call, Duration bound) {
      this.bound = bound;
      this.alarm =
          deadlines.schedule(
              () -> {
                if (over.compareAndSet(false, true)) {
                  missed = true;
                  closeQuietly(call);
                }
              },
              bound.toNanos(),
              TimeUnit.NANOSECONDS);
    }

    /** Whether it was met; after that the call is not closed any more. */
    boolean meet() {
      return over.compareAndSet(false, true);
    }

    EngineDownException explain(String target, IOException cause) {
      return missed
          ? new EngineSilentException(target, bound)
          : new EngineDownException(
              cause.getMessage() == null ? "broke off" : cause.getMessage(), cause);
    }

    @Override
    public void close() {
      over.set(true);
      alarm.cancel(false);
    }
  }
}

package dev.berth.manager.tenant;

import dev.berth.common.http.Headers;
import dev.berth.common.tls.Peer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams that are open, and who opened them. In each round every caller is looked at again,
 * once for all of its streams, and the streams of one who would not be let in now are ended. Safe
 * for any thread.
 *
 * <p>While nobody can be asked, callers who were found good lately keep their streams for as long
 * as their calls are served.
 */
public final class OpenStreams implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OpenStreams.class);
  private static final int UNAVAILABLE = 503;

  /** A source that hangs must not hold up the callers of the others. */
  private static final int AT_ONCE = 16;

  /** What a caller was known by, and nothing else of the request. */
  private record Credentials(
      List<String> tokens, List<String> tenants, Optional<Peer> certificate) {

    static Credentials of(Headers headers, Optional<Peer> certificate) {
      return new Credentials(
          headers.all(StoreAuthenticator.TOKEN),
          headers.all(StoreAuthenticator.TENANT),
          certificate);
    }

    Headers headers() {
      Headers headers = Headers.NONE;
      for (String token : tokens) {
        headers = headers.with(StoreAuthenticator.TOKEN, token);
      }
      for (String tenant : tenants) {
        headers = headers.with(StoreAuthenticator.TENANT, tenant);
      }
      return headers;
    }
  }

  /** A stream that is open, until this is closed. */
  public interface Open extends AutoCloseable {
    /** What nobody looks at. */
    Open UNWATCHED = () -> {};

    @Override
    void close();
  }

  /** One that is watched. It is ended once at most, and not after it was closed. */
  private final class Watched implements Open {
    private final Caller caller;
    private final Role needed;
    private final Runnable end;
    private final AtomicBoolean isOver = new AtomicBoolean();

    Watched(Caller caller, Role needed, Runnable end) {
      this.caller = caller;
      this.needed = needed;
      this.end = end;
    }

    /** Whether somebody who is known as that may have it. */
    boolean isFor(Caller now) {
      return now.tenant().equals(caller.tenant())
          && now.user().equals(caller.user())
          && now.role().includes(needed);
    }

    boolean end() {
      boolean isMine = isOver.compareAndSet(false, true);
      if (isMine) {
        open.remove(this);
        end.run();
      }
      return isMine;
    }

    @Override
    public void close() {
      isOver.set(true);
      open.remove(this);
    }
  }

  private final Authenticator authenticator;
  private final Map<Watched, Credentials> open = new ConcurrentHashMap<>();
  private final ScheduledExecutorService rounds =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("stream-sweeper").factory());
  private final ExecutorService asking =
      Executors.newFixedThreadPool(
          AT_ONCE, Thread.ofVirtual().name("stream-sweeper-", 0).factory());

  /** With no stream, and no rounds yet. */
  public OpenStreams(Authenticator authenticator) {
    this.authenticator = authenticator;
  }

  /** Begins to go round, with that pause between two rounds. */
  public void start(Duration pause) {
    var _ =
        rounds.scheduleWithFixedDelay(
            this::round, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * A stream is open.
   *
   * @param headers by which its caller was known
   * @param certificate the same
   * @param needed the role that the caller must still have
   * @param end ends it at once, from any thread
   */
  public Open open(
      Headers headers, Optional<Peer> certificate, Caller caller, Role needed, Runnable end) {
    Watched stream = new Watched(caller, needed, end);
    open.put(stream, Credentials.of(headers, certificate));
    return stream;
  }

  int size() {
    return open.size();
  }

  private void round() {
    try {
      sweep();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.atWarn().setCause(e).log("open streams could not be looked at");
    }
  }

  /** Looks at all callers that have streams, once; returns when all of them were looked at. */
  void sweep() throws InterruptedException {
    Map<Credentials, List<Watched>> callers = new HashMap<>();
    open.forEach(
        (stream, credentials) ->
            callers.computeIfAbsent(credentials, _ -> new ArrayList<>()).add(stream));
    List<Callable<Void>> looks = new ArrayList<>();
    callers.forEach(
        (credentials, streams) ->
            looks.add(
                () -> {
                  look(credentials, streams);
                  return null;
                }));
    for (var looked : asking.invokeAll(looks)) {
      if (looked.state() == Future.State.FAILED) {
        LOG.atWarn().setCause(looked.exceptionNow()).log("a caller could not be looked at");
      }
    }
  }

  private void look(Credentials credentials, List<Watched> streams) {
    Headers headers = credentials.headers();
    try {
      Caller now = authenticator.authenticate(headers, credentials.certificate());
      for (Watched stream : streams) {
        if (!stream.isFor(now)) {
          end(stream, "the caller has not the rights any more");
        }
      }
    } catch (RefusedCallerException e) {
      if (e.status() == UNAVAILABLE && authenticator.knows(headers, credentials.certificate())) {
        return;
      }
      streams.forEach(stream -> end(stream, e.getMessage()));
    }
  }

  private static void end(Watched stream, String reason) {
    if (stream.end()) {
      LOG.atInfo()
          .addKeyValue("user", stream.caller.user())
          .addKeyValue("tenant", stream.caller.tenant())
          .addKeyValue("reason", reason)
          .log("stream ended");
    }
  }

  @Override
  public void close() {
    rounds.shutdownNow();
    asking.shutdownNow();
  }
}

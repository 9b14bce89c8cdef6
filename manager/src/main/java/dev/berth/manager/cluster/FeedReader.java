package dev.berth.manager.cluster;

import com.fasterxml.jackson.databind.MappingIterator;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpCall;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.wire.AgentApi;
import dev.berth.common.wire.FeedCodec;
import dev.berth.common.wire.FeedMessage;
import dev.berth.manager.view.View;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one host's state feed into the view, and opens it again whenever it breaks, falls silent
 * or skips a message. Runs on a virtual thread of its own until closed.
 */
final class FeedReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FeedReader.class);

  /** Beats come every two seconds: this much silence means that the host is cut off. */
  private static final Duration SILENCE = Duration.ofSeconds(7);

  private static final long MIN_PAUSE_MILLIS = 100;
  private static final long MAX_PAUSE_MILLIS = 2_000;

  private final HostLink link;
  private final View view;
  private final FeedCodec codec = new FeedCodec();
  private final Semaphore wakeUp = new Semaphore(0);
  private volatile boolean closed;
  private volatile boolean inSync;
  private volatile String trouble = "";
  private volatile HttpCall current;

  /** Whether the last attempt came as far as the agent. For this reader's thread. */
  private boolean isConnected;

  FeedReader(HostLink link, View view) {
    this.link = link;
    this.view = view;
  }

  void start() {
    Thread.ofVirtual().name("feed-" + link.id()).start(this::run);
  }

  boolean isInSync() {
    return inSync;
  }

  /** Why it does not run, in a sentence; empty when it does, or has not been tried yet. */
  String trouble() {
    return inSync ? "" : trouble;
  }

  /** Tries again now, if it was waiting to. */
  void wake() {
    wakeUp.release();
  }

  private void run() {
    long pause = MIN_PAUSE_MILLIS;
    while (!closed) {
      boolean wasInSync = false;
      try {
        follow();
      } catch (IOException | RuntimeException e) {
        wasInSync = inSync;
        trouble = sentence(e);
        if (e instanceof SocketTimeoutException) {
          link.giveUp();
        }
        if (!closed) {
          LOG.atWarn()
              .addKeyValue("host", link.id())
              .addKeyValue("reason", e.getMessage())
              .log("feed broke");
        }
      } finally {
        if (inSync && !closed) {
          inSync = false;
          view.hostLeft(link.id());
        }
        link.reset();
      }
      pause = wasInSync ? MIN_PAUSE_MILLIS : Math.min(pause * 2, MAX_PAUSE_MILLIS);
      rest(pause);
    }
  }

  private String sentence(Exception e) {
    Throwable cause =
        e instanceof HostUnreachableException && e.getCause() != null ? e.getCause() : e;
    String at = "%s:%d".formatted(link.descriptor().address(), link.descriptor().port());
    return isConnected
        ? "its agent at %s does not answer: %s".formatted(at, cause.getMessage())
        : ("this manager cannot connect to its agent at %s (%s): managers call agents, so set"
                + " agent.advertise to where the host can be reached, and let port %d through any"
                + " firewall or NAT before it")
            .formatted(at, cause.getMessage(), link.descriptor().port());
  }

  private void rest(long millis) {
    try {
      if (wakeUp.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
        wakeUp.drainPermits();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closed = true;
    }
  }

  private void follow() throws IOException {
    isConnected = false;
    try (HttpCall call = link.agentCall("GET", AgentApi.FEED, Headers.NONE)) {
      isConnected = true;
      current = call;
      call.readTimeout(SILENCE);
      ResponseHead head = call.receive();
      if (head.status() != 200) {
        throw new IOException("the agent answers " + head.status());
      }
      long expected = -1;
      try (MappingIterator<FeedMessage> messages = codec.read(call.responseBody())) {
        while (!closed && messages.hasNextValue()) {
          FeedMessage message = messages.nextValue();
          if (message instanceof FeedMessage.Snapshot) {
            expected = message.seq();
          }
          if (message.seq() != expected) {
            throw new IOException(
                "message %d came where %d was due".formatted(message.seq(), expected));
          }
          expected++;
          apply(message);
          link.dropStale();
        }
      }
      throw new IOException("the agent ended it");
    }
  }

  private void apply(FeedMessage message) {
    view.apply(link.id(), message);
    switch (message) {
      case FeedMessage.Snapshot _ -> {
        if (!inSync) {
          inSync = true;
          LOG.atInfo().addKeyValue("host", link.id()).log("feed in sync");
        }
      }
      case FeedMessage.EngineDown(long _, String reason) ->
          LOG.atWarn()
              .addKeyValue("host", link.id())
              .addKeyValue("reason", reason)
              .log("engine down");
      default -> {}
    }
  }

  @Override
  public void close() {
    closed = true;
    HttpCall call = current;
    if (call != null) {
      try {
        call.close();
      } catch (IOException e) {
        // It is being given up.
      }
    }
    wakeUp.release();
  }
}

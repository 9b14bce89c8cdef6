package dev.berth.manager.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.berth.common.http.HttpCall;
import dev.berth.manager.cluster.HostLink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One fetch of an image from a registry, and all who wait for it. Each hears every line from the
 * beginning, of what only moves on the latest. When nobody waits any more the fetch ends. Safe for
 * any thread.
 */
final class Pull {
  private static final int QUEUED_LINES = 4096;
  private static final JsonNode END = JsonNodeFactory.instance.missingNode();

  /** What a fetch has brought: an image on a host, known there by its digest. */
  record Pulled(HostLink host, String onHost, String digest) {}

  // Guarded by this.
  private final Map<String, JsonNode> lines = new LinkedHashMap<>();
  private final Set<Waiting> waiting = new HashSet<>();
  private Optional<Pulled> pulled = Optional.empty();
  private Optional<ImageException> failure = Optional.empty();
  private Optional<HttpCall> call = Optional.empty();
  private boolean isOver;
  private boolean isAbandoned;

  /** One of those who wait; closed when it goes away. */
  final class Waiting implements AutoCloseable {
    private final BlockingQueue<JsonNode> queue = new ArrayBlockingQueue<>(QUEUED_LINES + 1);

    /** Passes the lines on until the fetch is over; returns what it brought. */
    Pulled follow(Progress progress) throws IOException {
      try {
        while (true) {
          JsonNode line = queue.poll(1, TimeUnit.SECONDS);
          if (line != null && !line.isMissingNode()) {
            progress.line(line);
          } else if (line != null || (isOver() && queue.isEmpty())) {
            return result();
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }

    private void offer(JsonNode line) {
      // Of a reader that is far behind, what only moves is left out.
      if (line.isMissingNode() || queue.size() < QUEUED_LINES) {
        queue.offer(line);
      }
    }

    @Override
    public void close() throws IOException {
      leave(this);
    }
  }

  /** Waits for this fetch, too; empty when it is over or given up. */
  synchronized Optional<Waiting> join() {
    if (isOver || isAbandoned) {
      return Optional.empty();
    }
    Waiting one = new Waiting();
    lines.values().forEach(one::offer);
    waiting.add(one);
    return Optional.of(one);
  }

  private void leave(Waiting one) throws IOException {
    Optional<HttpCall> unwanted = Optional.empty();
    synchronized (this) {
      waiting.remove(one);
      if (waiting.isEmpty() && !isOver) {
        isAbandoned = true;
        unwanted = call;
      }
    }
    if (unwanted.isPresent()) {
      unwanted.get().close();
    }
  }

  private synchronized boolean isOver() {
    return isOver;
  }

  private synchronized Pulled result() throws ImageException {
    if (failure.isPresent()) {
      throw new ImageException(failure.get().status(), failure.get().getMessage());
    }
    return pulled.orElseThrow();
  }

  /** The engine's call that is under way, which ends when nobody waits. */
  void runs(HttpCall engine) throws IOException {
    synchronized (this) {
      call = Optional.of(engine);
      if (!isAbandoned) {
        return;
      }
    }
    engine.close();
    throw new IOException("nobody waits for this pull any more");
  }

  /** A line for all; a later one of the same layer takes its place for who comes later. */
  synchronized void line(JsonNode line) {
    String id = line.path("id").asText();
    boolean isOfLayer = !id.isEmpty() && !line.path("status").asText().startsWith("Pulling from");
    lines.put(isOfLayer ? "layer " + id : "line " + lines.size(), line);
    List<Waiting> all = new ArrayList<>(waiting);
    all.forEach(one -> one.offer(line));
  }

  synchronized void succeed(Pulled what) {
    pulled = Optional.of(what);
    end();
  }

  synchronized void fail(ImageException why) {
    failure = Optional.of(why);
    end();
  }

  private void end() {
    isOver = true;
    waiting.forEach(one -> one.offer(END));
  }
}

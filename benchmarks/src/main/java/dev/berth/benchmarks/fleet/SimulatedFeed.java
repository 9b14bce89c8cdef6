package dev.berth.benchmarks.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.common.http.Exchange;
import dev.berth.common.http.Headers;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.wire.FeedCodec;
import dev.berth.common.wire.FeedMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.LongFunction;

/** One host's state feed, for any number of managers. Safe for any thread. */
final class SimulatedFeed {
  private static final int MAX_WAITING = 65_536;
  private static final Duration SILENCE = Duration.ofSeconds(2);
  private static final byte[] END = {};

  private final FeedCodec codec = new FeedCodec();
  private final Map<Object, LinkedBlockingQueue<byte[]>> readers = new ConcurrentHashMap<>();

  // Guarded by this.
  private final Map<String, FeedMessage.ContainerState> containers = new ConcurrentHashMap<>();
  private final Map<String, JsonNode> networks = new ConcurrentHashMap<>();
  private final List<JsonNode> images;
  private long seq;
  private long lastTold = System.nanoTime();

  SimulatedFeed(List<JsonNode> images) {
    this.images = List.copyOf(images);
  }

  synchronized long container(String id, FeedMessage.ContainerState state) {
    containers.put(id, state);
    return tell(next -> new FeedMessage.ContainerChanged(next, state));
  }

  synchronized void containerGone(String id) {
    containers.remove(id);
    tell(next -> new FeedMessage.ContainerGone(next, id));
  }

  synchronized void network(String id, JsonNode network) {
    networks.put(id, network);
    tell(next -> new FeedMessage.NetworksChanged(next, List.of(network), List.of()));
  }

  synchronized void event(JsonNode event) {
    tell(next -> new FeedMessage.EngineEvent(next, event));
  }

  synchronized long seq() {
    return seq;
  }

  synchronized Collection<JsonNode> networks() {
    return List.copyOf(networks.values());
  }

  synchronized void beat() {
    if (System.nanoTime() - lastTold > SILENCE.toNanos()) {
      tell(FeedMessage.Beat::new);
    }
  }

  private long tell(LongFunction<FeedMessage> message) {
    seq++;
    lastTold = System.nanoTime();
    if (!readers.isEmpty()) {
      byte[] line = encode(message.apply(seq));
      for (LinkedBlockingQueue<byte[]> reader : readers.values()) {
        if (!reader.offer(line)) {
          reader.clear();
          reader.add(END);
        }
      }
    }
    return seq;
  }

  private byte[] encode(FeedMessage message) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      codec.write(message, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  void serve(Exchange exchange) throws IOException, InterruptedException {
    LinkedBlockingQueue<byte[]> waiting = new LinkedBlockingQueue<>(MAX_WAITING);
    Object reader = new Object();
    synchronized (this) {
      waiting.add(
          encode(
              new FeedMessage.Snapshot(
                  seq,
                  List.copyOf(containers.values()),
                  images,
                  List.of(),
                  List.copyOf(networks.values()))));
      readers.put(reader, waiting);
    }
    try {
      exchange.watchClient(
          () -> {
            waiting.clear();
            waiting.add(END);
            exchange.abort();
          });
      OutputStream out =
          exchange.stream(
              new ResponseHead(200, "OK", Headers.of("Content-Type", "application/x-ndjson")));
      List<byte[]> lines = new ArrayList<>();
      while (true) {
        lines.add(waiting.take());
        waiting.drainTo(lines);
        for (byte[] line : lines) {
          if (line.length == 0) {
            return;
          }
          out.write(line);
        }
        out.flush();
        lines.clear();
      }
    } finally {
      readers.remove(reader);
    }
  }
}

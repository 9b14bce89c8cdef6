package dev.berth.agent.feed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.agent.engine.EngineClient;
import dev.berth.agent.engine.EngineDownException;
import dev.berth.agent.engine.Refusal;
import dev.berth.common.http.Exchange;
import dev.berth.common.http.Headers;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.id.ContainerId;
import dev.berth.common.wire.FeedMessage.ContainerState;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The feed of this host's state: one watch of the engine for any number of readers. Comes back by
 * itself when the engine does. Safe for any thread.
 */
public final class StateFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StateFeed.class);
  private static final Duration FIRST_SNAPSHOT_BOUND = Duration.ofSeconds(5);
  private static final Duration REFRESH_BOUND = Duration.ofSeconds(30);
  private static final JsonMapper JSON = new JsonMapper();

  private final EngineClient engine;
  private final FeedLimits limits;
  private final Runnable engineIsUp;
  private final Broadcast broadcast;
  private final ContainerReader reader;
  private final AtomicLong lastEventNanos;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile Optional<EngineWatch> current = Optional.empty();

  private StateFeed(
      EngineClient engine,
      FeedLimits limits,
      InstantSource clock,
      UnaryOperator<List<JsonNode>> images,
      Runnable engineIsUp) {
    this.engine = engine;
    this.limits = limits;
    this.engineIsUp = engineIsUp;
    this.broadcast = new Broadcast(limits.queuedMessages(), limits.queuedBytes());
    this.reader = new ContainerReader(engine, limits.inspectBound(), images);
    Instant now = clock.instant();
    this.lastEventNanos =
        new AtomicLong(TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano());
  }

  /**
   * Starts to watch the engine.
   *
   * @param images what is shown of the engine's images
   * @param engineIsUp run whenever the engine answers after it did not, the first time too
   */
  public static StateFeed start(
      EngineClient engine,
      FeedLimits limits,
      InstantSource clock,
      UnaryOperator<List<JsonNode>> images,
      Runnable engineIsUp) {
    StateFeed feed = new StateFeed(engine, limits, clock, images, engineIsUp);
    Thread.ofVirtual().name("feed-watch").start(feed::watch);
    Thread.ofVirtual().name("feed-beat").start(feed::beat);
    return feed;
  }

  private boolean isClosing() {
    return closing.getCount() == 0;
  }

  private void watch() {
    Duration pause = limits.minPause();
    boolean isDownTold = false;
    try {
      while (!isClosing()) {
        int id = broadcast.beginWatch();
        String reason;
        try (EngineWatch watch =
            new EngineWatch(id, engine, reader, broadcast, limits, lastEventNanos)) {
          watch.begin();
          current = Optional.of(watch);
          pause = limits.minPause();
          isDownTold = false;
          LOG.atInfo().log("engine is up");
          engineIsUp.run();
          reason = isClosing() ? "the agent stops" : watch.run();
        } catch (EngineDownException | RuntimeException e) {
          reason = e.getMessage();
        }
        current = Optional.empty();
        if (isClosing()) {
          return;
        }
        LOG.atLevel(isDownTold ? Level.DEBUG : Level.WARN)
            .addKeyValue("reason", reason)
            .log("engine is down");
        isDownTold = true;
        broadcast.engineDown(id, reason);
        if (closing.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
        pause = min(pause.multipliedBy(2), limits.maxPause());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private void beat() {
    try {
      while (!closing.await(limits.beatAfter().toMillis() / 4, TimeUnit.MILLISECONDS)) {
        broadcast.beat(limits.beatAfter());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Answers a reader of the feed, for as long as it stays. Refused while the engine was never seen:
   * nothing is known then, which is not the same as nothing being there.
   */
  public void serve(Exchange exchange) throws IOException, InterruptedException {
    if (!broadcast.awaitKnown(FIRST_SNAPSHOT_BOUND)) {
      Refusal.ENGINE_DOWN.answer(
          exchange, "the engine has not answered since the agent started; see the agent's log");
      return;
    }
    try (Broadcast.Subscription subscription = broadcast.subscribe()) {
      exchange.watchClient(
          () -> {
            subscription.end();
            exchange.abort();
          });
      OutputStream out =
          exchange.stream(
              new ResponseHead(200, "OK", Headers.of("Content-Type", "application/x-ndjson")));
      List<byte[]> lines = subscription.take();
      while (!lines.isEmpty()) {
        for (byte[] line : lines) {
          out.write(line);
        }
        out.flush();
        lines = subscription.take();
      }
    }
  }

  /** Answers {@link dev.berth.common.wire.AgentApi#REFRESH}. */
  public void refresh(Exchange exchange, String id) throws IOException, InterruptedException {
    ContainerId container;
    try {
      container = new ContainerId(id);
    } catch (IllegalArgumentException e) {
      Refusal.BAD_REQUEST.answer(exchange, e.getMessage());
      return;
    }
    reread(exchange, 1, (watch, done) -> watch.reread(container.value(), done), "container " + id);
  }

  /** Answers {@link dev.berth.common.wire.AgentApi#REFRESH_LISTS}. */
  public void refreshLists(Exchange exchange, String query)
      throws IOException, InterruptedException {
    Set<Listing> lists = EnumSet.noneOf(Listing.class);
    for (String name : query.split("&")) {
      switch (name) {
        case "images" -> lists.add(Listing.IMAGES);
        case "volumes" -> lists.add(Listing.VOLUMES);
        case "networks" -> lists.add(Listing.NETWORKS);
        default -> {
          Refusal.BAD_REQUEST.answer(exchange, "no list of the engine: \"" + name + "\"");
          return;
        }
      }
    }
    reread(
        exchange,
        lists.size(),
        (watch, done) -> lists.forEach(list -> watch.reread(list, done)),
        query);
  }

  /** Answers with the number of the message after which all that was asked for has been told. */
  private void reread(
      Exchange exchange, int parts, BiConsumer<EngineWatch, Runnable> ask, String what)
      throws IOException, InterruptedException {
    Optional<EngineWatch> watch = current;
    CountDownLatch done = new CountDownLatch(parts);
    watch.ifPresent(present -> ask.accept(present, done::countDown));
    if (watch.isEmpty()
        || !done.await(REFRESH_BOUND.toMillis(), TimeUnit.MILLISECONDS)
        || watch.get().isOver()) {
      Refusal.ENGINE_DOWN.answer(exchange, what + " cannot be read: the engine does not answer");
      return;
    }
    exchange.respond(
        new ResponseHead(200, "OK", Headers.of("Content-Type", "application/json")),
        JSON.writeValueAsBytes(JSON.createObjectNode().put("seq", broadcast.seq())));
  }

  /** The containers as the feed last told of them; none while the engine was never seen. */
  public Collection<ContainerState> containers() {
    return broadcast.containers();
  }

  /** How many readers there are. */
  public int readers() {
    return broadcast.readers();
  }

  /** Ends every reader's feed and the watch of the engine. */
  @Override
  public void close() {
    closing.countDown();
    broadcast.close();
    current.ifPresent(EngineWatch::close);
  }
}

package dev.berth.agent.feed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.berth.agent.engine.EngineClient;
import dev.berth.agent.engine.EngineDownException;
import dev.berth.agent.feed.ContainerReader.Reading;
import dev.berth.common.http.HttpCall;
import dev.berth.common.wire.FeedMessage.ContainerState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One watch of the engine: from the moment that it answers until it no longer does. Events are
 * subscribed to before anything is listed, so nothing falls between.
 */
final class EngineWatch implements AutoCloseable {
  private static final ObjectReader JSON = new JsonMapper().readerFor(JsonNode.class);

  /** The engine drops events for who does not read at once: they are read, and wait here. */
  private static final int MAX_WAITING_EVENTS = 16_384;

  private static final JsonNode END = MissingNode.getInstance();

  private final EngineClient engine;
  private final ContainerReader reader;
  private final Broadcast broadcast;
  private final FeedLimits limits;
  private final AtomicLong lastEventNanos;
  private final int id;
  private final HttpCall events;
  private final LinkedBlockingQueue<JsonNode> waiting =
      new LinkedBlockingQueue<>(MAX_WAITING_EVENTS);
  private final AtomicReference<String> failure = new AtomicReference<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private final Lanes containers = new Lanes(this::workOnContainer);
  private final Lanes lists = new Lanes(this::workOnList);

  /**
   * Subscribes to the engine's events.
   *
   * @param lastEventNanos the time of the last event that was passed on, in nanoseconds since 1970;
   *     kept up to date
   */
  EngineWatch(
      int id,
      EngineClient engine,
      ContainerReader reader,
      Broadcast broadcast,
      FeedLimits limits,
      AtomicLong lastEventNanos)
      throws EngineDownException {
    this.id = id;
    this.engine = engine;
    this.reader = reader;
    this.broadcast = broadcast;
    this.limits = limits;
    this.lastEventNanos = lastEventNanos;
    // The engine sends the head of its answer just before it subscribes us: "since" brings what
    // happens between, and what happened while a former watch was broken.
    long since = lastEventNanos.get() + 1;
    this.events =
        engine.follow(
            "/events?since=%d.%09d".formatted(since / 1_000_000_000, since % 1_000_000_000),
            limits.pingBound());
  }

  /** Publishes a snapshot. */
  void begin() throws EngineDownException, InterruptedException {
    Thread.ofVirtual().name("engine-events").start(this::readEvents);
    Thread.ofVirtual().name("engine-ping").start(this::ping);
    List<ContainerState> states = new ArrayList<>();
    List<String> unfinished = new ArrayList<>();
    for (Reading reading : readAll()) {
      states.add(reading.state());
      if (!reading.whole()) {
        unfinished.add(reading.state().summary().path("Id").asText());
      }
    }
    List<JsonNode> images = reader.images();
    List<JsonNode> volumes = reader.volumes();
    List<JsonNode> networks = reader.networks();
    checkAlive();
    broadcast.snapshot(id, states, images, volumes, networks);
    unfinished.forEach(container -> containers.reread(container, () -> {}));
  }

  /** Passes events on until the watch is over; says why it is. */
  String run() throws InterruptedException {
    JsonNode event = waiting.take();
    while (!event.isMissingNode()) {
      pass(event);
      event = waiting.take();
    }
    return Optional.ofNullable(failure.get()).orElse("the watch was closed");
  }

  private void pass(JsonNode event) {
    long nanos = event.path("timeNano").asLong();
    lastEventNanos.accumulateAndGet(nanos, Math::max);
    Effect effect = Effect.of(event);
    if (effect.container().isPresent()) {
      containers.event(effect.container().get(), event, effect.reread(), effect.gone());
      effect.list().ifPresent(list -> reread(list, () -> {}));
    } else if (effect.list().isPresent()) {
      lists.event(effect.list().get().name(), event, true, false);
    } else {
      broadcast.event(id, event);
    }
  }

  private List<Reading> readAll() throws EngineDownException, InterruptedException {
    List<Future<Optional<Reading>>> futures = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (JsonNode summary : reader.list()) {
        futures.add(threads.submit(() -> isOver() ? Optional.empty() : reader.complete(summary)));
      }
    }
    List<Reading> readings = new ArrayList<>();
    for (Future<Optional<Reading>> future : futures) {
      try {
        future.get().ifPresent(readings::add);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof EngineDownException down) {
          throw down;
        }
        throw new IllegalStateException("a container cannot be read", e.getCause());
      }
    }
    return readings;
  }

  private void readEvents() {
    try (MappingIterator<JsonNode> all = JSON.readValues(events.responseBody())) {
      while (all.hasNextValue()) {
        if (!waiting.offer(all.nextValue())) {
          fail("more than " + MAX_WAITING_EVENTS + " events wait");
          return;
        }
      }
      fail("the engine ended its events");
    } catch (IOException | RuntimeException e) {
      fail("the engine's events broke off: " + e.getMessage());
    }
  }

  private void ping() {
    long listsAt = System.nanoTime() + limits.listsEvery().toNanos();
    try {
      while (!over.await(limits.pingEvery().toMillis(), TimeUnit.MILLISECONDS)) {
        engine.get("/_ping", limits.pingBound());
        if (System.nanoTime() - listsAt >= 0) {
          listsAt += limits.listsEvery().toNanos();
          for (Listing list : Listing.values()) {
            reread(list, () -> {});
          }
        }
      }
    } catch (EngineDownException e) {
      fail(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Reads a container anew and sends it down the feed; then runs what is given. */
  void reread(String container, Runnable afterwards) {
    containers.reread(container, afterwards);
  }

  /** Reads a list anew and sends what has changed down the feed; then runs what is given. */
  void reread(Listing list, Runnable afterwards) {
    lists.reread(list.name(), afterwards);
  }

  private void workOnContainer(String container, Lanes.Load load) {
    try {
      if (load.gone()) {
        broadcast.container(id, container, Optional.empty());
      } else if (load.reread() && !isOver()) {
        Optional<Reading> reading = reader.read(container);
        broadcast.container(id, container, reading.map(Reading::state));
        if (reading.isPresent() && !reading.get().whole()) {
          containers.reread(container, () -> {});
        }
      }
    } catch (EngineDownException | RuntimeException e) {
      fail("container %s cannot be read: %s".formatted(container, e.getMessage()));
    }
    load.events().forEach(event -> broadcast.event(id, event));
    load.afterwards().forEach(Runnable::run);
  }

  private void workOnList(String list, Lanes.Load load) {
    try {
      if (!isOver()) {
        switch (Listing.valueOf(list)) {
          case IMAGES -> broadcast.images(id, reader.images());
          case VOLUMES -> broadcast.volumes(id, reader.volumes());
          case NETWORKS -> broadcast.networks(id, reader.networks());
        }
      }
    } catch (EngineDownException | RuntimeException e) {
      fail("%s cannot be listed: %s".formatted(list.toLowerCase(Locale.ROOT), e.getMessage()));
    }
    load.events().forEach(event -> broadcast.event(id, event));
    load.afterwards().forEach(Runnable::run);
  }

  boolean isOver() {
    return over.getCount() == 0;
  }

  private void checkAlive() throws EngineDownException {
    if (isOver()) {
      throw new EngineDownException(failure.get());
    }
  }

  private void fail(String reason) {
    if (failure.compareAndSet(null, reason)) {
      over.countDown();
      do {
        waiting.clear();
      } while (!waiting.offer(END));
    }
  }

  @Override
  public void close() {
    fail("the watch was closed");
    try {
      events.close();
    } catch (IOException e) {
      // It is being given up.
    }
  }
}

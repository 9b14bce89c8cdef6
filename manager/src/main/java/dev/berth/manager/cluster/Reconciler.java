package dev.berth.manager.cluster;

import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpCall;
import dev.berth.common.id.ContainerId;
import dev.berth.common.id.Epoch;
import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.common.record.ContainerRecord;
import dev.berth.common.wire.AgentApi;
import dev.berth.manager.view.View;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings records and engines together, on the leader alone: finishes or undoes creates that were
 * cut off, frees the names of containers that removed themselves, and has its keepers look at the
 * rest.
 *
 * <p>It never removes a container that was ever started: one that has no record is left to the
 * operator. Runs on a virtual thread of its own; a change wakes it, and so does time.
 */
public final class Reconciler implements Leadership.Listener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);
  private static final Duration ROUND = Duration.ofSeconds(2);

  /** A round over a large fleet takes its time: at most one part in so many goes into rounds. */
  private static final int SHARE = 20;

  private static final Duration ANSWER = Duration.ofSeconds(70);
  private static final Duration SHORT = Duration.ofSeconds(15);

  /** More than that a round takes only when it waits for hosts. */
  private static final Duration LONG = Duration.ofMillis(500);

  /** A create is given this long before anyone asks what became of it. */
  private static final Duration CREATE_GRACE = Duration.ofMinutes(3);

  private final Hosts hosts;
  private final View view;
  private final ContainerRecords records;
  private final Containers containers;
  private final List<Keeper> keepers;
  private final InstantSource clock;
  private final Semaphore wakeUp = new Semaphore(0);

  // The hosts that have let go of every older epoch's calls, with the epoch that they follow.
  private final Map<HostId, Epoch> fenced = new ConcurrentHashMap<>();
  private volatile Epoch term = Epoch.NONE;
  private volatile boolean leading;
  private volatile boolean closed;

  /** With all that it brings together. */
  public Reconciler(
      Hosts hosts,
      View view,
      ContainerRecords records,
      Containers containers,
      List<Keeper> keepers,
      InstantSource clock) {
    this.hosts = hosts;
    this.view = view;
    this.records = records;
    this.containers = containers;
    this.keepers = List.copyOf(keepers);
    this.clock = clock;
  }

  public void start() {
    Thread.ofVirtual().name("reconciler").start(this::run);
  }

  @Override
  public void begin(Epoch epoch) {
    fenced.clear();
    term = epoch;
    leading = true;
    wake();
  }

  @Override
  public void end() {
    leading = false;
  }

  /** Looks again now. */
  public void wake() {
    wakeUp.release();
  }

  private void run() {
    long pause = ROUND.toNanos();
    while (!closed) {
      try {
        if (wakeUp.tryAcquire(pause, TimeUnit.NANOSECONDS)) {
          wakeUp.drainPermits();
        }
        if (leading && !closed) {
          long began = System.nanoTime();
          HostLink.inTerm(term, this::round);
          pause =
              Math.max(
                  ROUND.toNanos(), SHARE * Math.min(LONG.toNanos(), System.nanoTime() - began));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException e) {
        // What a round needs is closed with this manager, while it may be in the middle of one.
        if (!closed) {
          LOG.atError().setCause(e).log("reconciling failed; trying again");
        }
      }
    }
  }

  private void round() {
    for (HostLink host : hosts.links()) {
      if (hosts.isInSync(host.id())) {
        fence(host);
      }
    }
    for (ContainerRecord record : records.all()) {
      if (record.state() == ContainerRecord.State.PENDING) {
        settleOrUndo(record);
      }
    }
    view.missing().forEach(this::forgetIfGone);
    keepers.forEach(keeper -> keeper.keep(term, this::isFenced));
  }

  /** Makes a host refuse the calls of former leaders; returns only when none is under way there. */
  private void fence(HostLink host) {
    Epoch epoch = term;
    if (epoch.equals(fenced.get(host.id()))) {
      return;
    }
    try (HttpCall call =
        host.agentCall(
            "PUT",
            AgentApi.EPOCH,
            Headers.of(AgentApi.EPOCH_HEADER, epoch.toString(), "Content-Length", "0"))) {
      call.readTimeout(ANSWER);
      int status = call.receive().status();
      if (status / 100 == 2) {
        fenced.put(host.id(), epoch);
      } else {
        LOG.atWarn()
            .addKeyValue("host", host.id())
            .addKeyValue("status", status)
            .log("host does not take the epoch");
      }
    } catch (IOException e) {
      LOG.atWarn().addKeyValue("host", host.id()).setCause(e).log("host does not take the epoch");
    }
  }

  private boolean isFenced(HostId host) {
    return term.equals(fenced.get(host)) && hosts.isInSync(host);
  }

  /**
   * A create of this term is its request's to finish, unless that gave up or has had its time. For
   * one of a former term nobody is left: the host has let go of it, so what it shows is the
   * outcome.
   */
  private void settleOrUndo(ContainerRecord record) {
    HostId host = new HostId(record.host());
    boolean ofThisTerm = record.epoch() == term.value();
    boolean hadItsTime = clock.millis() - record.created() > CREATE_GRACE.toMillis();
    boolean givenUp = containers.isGivenUp(new RecordId(record.id()));
    if ((ofThisTerm && !hadItsTime && !givenUp) || !isFenced(host)) {
      return;
    }
    try {
      Optional<ContainerId> made = find(host, new RecordId(record.id()));
      if (givenUp) {
        containers.undo(record, made);
        log("create undone that its client was told had failed", record);
      } else if (made.isPresent()) {
        ContainerRecord whole = records.readWhole(record).orElse(record);
        if (whole.state() == ContainerRecord.State.PENDING) {
          records.update(whole.settled(made.get().value()));
          log("create finished for a former leader", record);
        }
      } else {
        containers.forget(record);
        log("create undone for a former leader", record);
      }
    } catch (Exception e) {
      LOG.atWarn().addKeyValue("record", record.id()).setCause(e).log("create not settled");
    }
  }

  /** Asks the engine itself, by the label that only Berth sets. */
  private Optional<ContainerId> find(HostId host, RecordId record) throws IOException {
    String filters =
        java.net.URLEncoder.encode(
            "{\"label\":[\"%s=%s\"]}".formatted(dev.berth.common.id.Labels.RECORD, record),
            java.nio.charset.StandardCharsets.UTF_8);
    EngineAnswer answer =
        hosts.link(host).call("GET", "/containers/json?all=1&filters=" + filters, SHORT);
    if (!answer.isOk()) {
      throw new IOException(answer.message());
    }
    return answer.json().isEmpty()
        ? Optional.empty()
        : Optional.of(new ContainerId(answer.json().get(0).path("Id").asText()));
  }

  private void forgetIfGone(ContainerRecord record) {
    try {
      if (hosts.isInSync(new HostId(record.host())) && containers.freeIfGone(record)) {
        log("container removed itself", record);
      }
    } catch (IOException e) {
      LOG.atDebug().addKeyValue("record", record.id()).setCause(e).log("kept");
    }
  }

  private static void log(String message, ContainerRecord record) {
    LOG.atInfo()
        .addKeyValue("tenant", record.tenant())
        .addKeyValue("name", record.name())
        .addKeyValue("host", record.host())
        .log(message);
  }

  @Override
  public void close() {
    closed = true;
    wake();
  }
}

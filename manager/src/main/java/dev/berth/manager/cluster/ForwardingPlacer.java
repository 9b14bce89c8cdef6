package dev.berth.manager.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.Epoch;
import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.ContainerRecord;
import dev.berth.common.record.ManagerRecord;
import dev.berth.scheduler.quota.Quantity;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides here while this manager leads, and has the leader decide otherwise; while there is none,
 * it waits a little for the next. It reminds the leader of what it has been given and is still
 * about, and tells the next one of the builds, which no record speaks of. Safe for any thread.
 */
public final class ForwardingPlacer implements Placer, ContainerRecords.Listener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ForwardingPlacer.class);
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration FOR_A_LEADER = Duration.ofSeconds(10);
  private static final long PAUSE_NANOS = Duration.ofMillis(100).toNanos();

  /** How often a leader is told what is under way here. */
  static final Duration REMINDER = Duration.ofSeconds(30);

  /** How often it is seen whether another leads. */
  private static final Duration ROUND = Duration.ofSeconds(1);

  @FunctionalInterface
  private interface Local<T> {
    T ask() throws RefusedPlacementException, NoLeaderException;
  }

  @FunctionalInterface
  private interface Remote<T> {
    T ask(RemotePlacer leader) throws RefusedPlacementException, NoLeaderException, IOException;
  }

  private record Promised(Wanted wanted, HostId host) {
    boolean isBuild() {
      return wanted.kind() == Kind.BUILD;
    }
  }

  private final LeaderPlacer own;
  private final Leadership leadership;
  private final Managers managers;
  private final String self;
  private final ManagerDialer dialer;

  // What was given a place, and is neither recorded nor released yet. Guarded by itself where a
  // release and what else is done must not mix.
  private final Map<RecordId, Promised> promised = new ConcurrentHashMap<>();
  private final Semaphore closing = new Semaphore(0);

  // Guarded by this: the leader that was asked last.
  private Optional<RemotePlacer> leader = Optional.empty();

  public ForwardingPlacer(
      LeaderPlacer own,
      Leadership leadership,
      Managers managers,
      String self,
      ManagerDialer dialer) {
    this.own = own;
    this.leadership = leadership;
    this.managers = managers;
    this.self = self;
    this.dialer = dialer;
  }

  private <T> T decide(Local<T> here, Remote<T> there)
      throws RefusedPlacementException, NoLeaderException {
    long end = System.nanoTime() + FOR_A_LEADER.toNanos();
    String last = "no manager leads the cluster";
    while (true) {
      if (leadership.isLeading()) {
        return here.ask();
      }
      Optional<RemotePlacer> other = leader();
      if (other.isPresent()) {
        try {
          return there.ask(other.get());
        } catch (NoLeaderException e) {
          last = e.getMessage();
        } catch (IOException e) {
          last =
              "the manager %s, which leads, does not answer: %s"
                  .formatted(other.get().leader().id(), e.getMessage());
          LOG.atDebug().addKeyValue("leader", other.get().leader().id()).setCause(e).log(last);
        }
      }
      if (System.nanoTime() > end || Thread.currentThread().isInterrupted()) {
        throw new NoLeaderException(
            last
                + ", so nothing can be placed: see whether ZooKeeper answers ('berth status'), and"
                + " try again");
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /**
   * The link to who leads now; empty when that is nobody, or this manager, which is taking over.
   */
  private Optional<RemotePlacer> leader() {
    Optional<ManagerRecord> now =
        leadership.leader().filter(id -> !id.equals(self)).flatMap(managers::find);
    synchronized (this) {
      if (!leader.map(RemotePlacer::leader).equals(now)) {
        leader.ifPresent(RemotePlacer::close);
        leader = now.map(record -> new RemotePlacer(record, dialer));
      }
      return leader;
    }
  }

  @Override
  public Placed place(Wanted wanted) throws RefusedPlacementException, NoLeaderException {
    try {
      Placed placed = decide(() -> own.place(wanted), remote -> remote.place(wanted));
      promised.put(wanted.id(), new Promised(wanted, placed.place().host()));
      return placed;
    } catch (NoLeaderException e) {
      // It can have been given, and the answer lost. Whoever waits is not kept waiting for this.
      Thread.ofVirtual().name("release-" + wanted.id()).start(() -> release(wanted.id()));
      throw e;
    }
  }

  /** Begins to remind leaders. */
  public void start() {
    Thread.ofVirtual().name("reminder").start(this::remind);
  }

  private void remind() {
    Epoch told = Epoch.NONE;
    long at = System.nanoTime();
    try {
      while (!closing.tryAcquire(ROUND.toMillis(), TimeUnit.MILLISECONDS)) {
        Epoch now = leadership.epoch();
        boolean isDue = System.nanoTime() - at > REMINDER.toNanos();
        if (isDue || !now.equals(told)) {
          told = isTold() ? now : told;
          at = System.nanoTime();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns whether who leads knows of everything now. */
  private boolean isTold() {
    List<Promised> all = List.copyOf(promised.values());
    if (all.isEmpty()) {
      return true;
    }
    try {
      if (leadership.isLeading()) {
        for (Promised each : all) {
          hold(each);
        }
        return true;
      }
      Optional<RemotePlacer> other = leader();
      if (other.isEmpty()) {
        return false;
      }
      other.get().tell(PlacerWire.HELD, held(all));
      for (Promised each : all) {
        // One that ended meanwhile may have been held after it was released.
        if (each.isBuild() && !promised.containsKey(each.wanted().id())) {
          release(each.wanted().id());
        }
      }
      return true;
    } catch (RefusedPlacementException | NoLeaderException | IOException | RuntimeException e) {
      LOG.atDebug().setCause(e).log("the leader could not be told what is under way");
      return false;
    }
  }

  /** A build that ends meanwhile is either not held or released after that. */
  private void hold(Promised build) throws NoLeaderException {
    if (build.isBuild()) {
      synchronized (promised) {
        if (promised.containsKey(build.wanted().id())) {
          own.hold(build.wanted(), build.host());
        }
      }
    }
  }

  private static PlacerWire.Held held(List<Promised> all) {
    return new PlacerWire.Held(
        all.stream()
            .filter(each -> !each.isBuild())
            .map(each -> each.wanted().id().value())
            .toList(),
        all.stream()
            .filter(Promised::isBuild)
            .map(
                each ->
                    new PlacerWire.Build(PlacerWire.Asked.of(each.wanted()), each.host().value()))
            .toList());
  }

  /** Its record speaks of it from here on. */
  @Override
  public void recordPut(ContainerRecord record) {
    promised.remove(new RecordId(record.id()));
  }

  @Override
  public void recordRemoved(ContainerRecord record) {
    promised.remove(new RecordId(record.id()));
  }

  @Override
  public Explanation explain(Wanted wanted) throws NoLeaderException {
    try {
      return decide(() -> own.explain(wanted), remote -> remote.explain(wanted));
    } catch (RefusedPlacementException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Has who leads answer a question that asks for no place.
   *
   * @param target the path by which that manager's desk serves it
   * @param here answers while this manager leads
   */
  public JsonNode ask(String target, JsonNode question, LeaderAnswer here)
      throws NoLeaderException {
    try {
      return decide(() -> here.to(question), remote -> remote.question(target, question));
    } catch (RefusedPlacementException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Optional<HostId> together(List<Wanted> wanted, HostId except) throws NoLeaderException {
    try {
      return decide(
          () -> own.together(wanted, except),
          remote ->
              remote.together(
                  new PlacerWire.Several(
                      wanted.stream().map(PlacerWire.Asked::of).toList(), except.value())));
    } catch (RefusedPlacementException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Place spread(TenantId tenant, List<HostId> wished, Map<String, Integer> loads)
      throws RefusedPlacementException, NoLeaderException {
    return decide(
        () -> own.spread(tenant, wished, loads),
        remote ->
            remote.spread(
                new PlacerWire.Loads(
                    tenant.value(), wished.stream().map(HostId::value).toList(), loads)));
  }

  @Override
  public Place at(HostId host) throws NoLeaderException {
    try {
      return decide(() -> own.at(host), _ -> new Place(host, leadership.epoch()));
    } catch (RefusedPlacementException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void take(TenantId tenant, Quantity quantity, String record)
      throws RefusedPlacementException, NoLeaderException {
    try {
      decide(
          () -> {
            own.take(tenant, quantity, record);
            return true;
          },
          remote -> {
            remote.tell(
                PlacerWire.TAKE, new PlacerWire.Thing(tenant.value(), quantity.name(), record));
            return true;
          });
    } catch (NoLeaderException e) {
      Thread.ofVirtual().name("give-back-" + record).start(() -> giveBack(record));
      throw e;
    }
  }

  @Override
  public void resize(RecordId id, ObjectNode body)
      throws RefusedPlacementException, NoLeaderException {
    decide(
        () -> {
          own.resize(id, body);
          return true;
        },
        remote -> {
          remote.tell(PlacerWire.RESIZE, new PlacerWire.Sized(id.value(), body));
          return true;
        });
  }

  @Override
  public void giveBack(String record) {
    own.giveBack(record);
    tell(PlacerWire.GIVE_BACK, JSON.createObjectNode().put("id", record));
  }

  @Override
  public void release(RecordId id) {
    synchronized (promised) {
      promised.remove(id);
      own.release(id);
    }
    tell(PlacerWire.RELEASE, JSON.createObjectNode().put("id", id.value()));
  }

  @Override
  public void updated(RecordId id, ObjectNode body) {
    own.updated(id, body);
    tell(PlacerWire.UPDATED, new PlacerWire.Sized(id.value(), body));
  }

  /** Tells who leads, if that is another; one that takes over meanwhile counts what is recorded. */
  private void tell(String target, Object body) {
    if (leadership.isLeading()) {
      return;
    }
    Optional<RemotePlacer> other = leader();
    if (other.isEmpty()) {
      return;
    }
    try {
      other.get().tell(target, body);
    } catch (RefusedPlacementException | NoLeaderException | IOException e) {
      LOG.atWarn().addKeyValue("call", target).setCause(e).log("the leader was not told");
    }
  }

  @Override
  public synchronized void close() {
    closing.release();
    leader.ifPresent(RemotePlacer::close);
  }
}

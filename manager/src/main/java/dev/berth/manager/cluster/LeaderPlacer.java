package dev.berth.manager.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.Epoch;
import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.ContainerRecord;
import dev.berth.common.record.HostDescriptor;
import dev.berth.common.resource.Resources;
import dev.berth.manager.view.View;
import dev.berth.scheduler.ContainerFacts;
import dev.berth.scheduler.Fleet;
import dev.berth.scheduler.HostCondition;
import dev.berth.scheduler.HostPort;
import dev.berth.scheduler.HostState;
import dev.berth.scheduler.Overcommit;
import dev.berth.scheduler.Placement;
import dev.berth.scheduler.Request;
import dev.berth.scheduler.Strategy;
import dev.berth.scheduler.filter.Filters;
import dev.berth.scheduler.strategy.Binpack;
import dev.berth.scheduler.strategy.RandomChoice;
import dev.berth.scheduler.strategy.Spread;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;

/**
 * Places containers while this manager leads. The scheduler's fleet is made anew from the records
 * at the begin of each term, and has one writer at a time: who holds the lock.
 */
public final class LeaderPlacer
    implements Placer, Leadership.Listener, Hosts.Listener, ContainerRecords.Listener {
  private static final Duration FOR_A_LEADER = Duration.ofSeconds(10);

  private final ContainerRecords records;
  private final Hosts hosts;
  private final View view;
  private final PortRange openPorts;
  private final Predicate<HostPort> offerable;
  private final RandomGenerator random;
  private final Reservations reservations;
  private final Map<PlacementHints.Choice, Strategy> strategies;
  private final Strategy usual;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition begun = lock.newCondition();

  // Guarded by the lock.
  private Optional<Epoch> term = Optional.empty();
  private Fleet fleet = emptyFleet();

  /**
   * Leads nothing yet.
   *
   * @param openPorts those of hosts that are given to containers that leave them open
   * @param offerable whether the endpoint has such a port free, too
   */
  public LeaderPlacer(
      ContainerRecords records,
      Hosts hosts,
      View view,
      PortRange openPorts,
      Predicate<HostPort> offerable,
      RandomGenerator random) {
    this.records = records;
    this.hosts = hosts;
    this.view = view;
    this.openPorts = openPorts;
    this.offerable = offerable;
    this.random = random;
    this.reservations = new Reservations(view);
    this.strategies =
        Map.of(
            PlacementHints.Choice.SPREAD, new Spread(),
            PlacementHints.Choice.BINPACK, new Binpack(),
            PlacementHints.Choice.RANDOM, new RandomChoice(random.nextLong()));
    this.usual = strategies.get(PlacementHints.Choice.SPREAD);
  }

  private static Fleet emptyFleet() {
    return new Fleet(Filters.STANDARD, new Spread(), Overcommit.DEFAULT);
  }

  @Override
  public void begin(Epoch epoch) throws Exception {
    Map<RecordId, ContainerRecord> whole = new HashMap<>();
    for (ContainerRecord record : records.all()) {
      records.readWhole(record).ifPresent(read -> whole.put(new RecordId(read.id()), read));
    }
    lock.lock();
    try {
      fleet = emptyFleet();
      for (HostLink link : hosts.links()) {
        upsert(link.descriptor(), HostCondition.HEALTHY);
      }
      for (ContainerRecord record : whole.values()) {
        fleet.reserve(new HostId(record.host()), reservations.held(record, record.spec()));
      }
      term = Optional.of(epoch);
      begun.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void end() {
    lock.lock();
    try {
      term = Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void hostJoined(HostLink link) {
    lock.lock();
    try {
      upsert(link.descriptor(), HostCondition.HEALTHY);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void hostLeft(HostId id) {
    lock.lock();
    try {
      fleet
          .host(id)
          .flatMap(HostState::description)
          .ifPresent(host -> fleet.upsert(host.in(HostCondition.UNREACHABLE)));
    } finally {
      lock.unlock();
    }
  }

  private void upsert(HostDescriptor host, HostCondition condition) {
    fleet.upsert(Reservations.host(host, condition));
  }

  /** What affinities see of it is known better now. */
  @Override
  public void recordPut(ContainerRecord record) {
    RecordId id = new RecordId(record.id());
    lock.lock();
    try {
      fleet
          .facts(id)
          .map(ContainerFacts::labels)
          .ifPresent(labels -> fleet.describe(id, reservations.facts(record, labels)));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void recordRemoved(ContainerRecord record) {
    release(new RecordId(record.id()));
  }

  @Override
  public Placed place(Wanted wanted) throws RefusedPlacementException, NoLeaderException {
    lock.lock();
    try {
      Epoch epoch = awaitTerm();
      markLostHosts();
      ObjectNode body =
          PublishedPorts.assign(
              wanted.body(), openPorts, port -> fleet.isFree(port) && offerable.test(port), random);
      Request request = reservations.asked(wanted, body, wanted.hints().expressions());
      Strategy strategy = wanted.hints().strategy().map(strategies::get).orElse(usual);
      return switch (fleet.place(request, strategy)) {
        case Placement.Placed placed -> new Placed(new Place(placed.host(), epoch), body);
        case Placement.Refused refused ->
            throw new RefusedPlacementException(refused.explanation());
      };
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Place spread(ToIntFunction<HostId> load)
      throws RefusedPlacementException, NoLeaderException {
    lock.lock();
    try {
      Epoch epoch = awaitTerm();
      markLostHosts();
      HostState chosen =
          fleet.hosts().stream()
              .filter(host -> host.condition() == HostCondition.HEALTHY)
              .min(
                  Comparator.<HostState>comparingInt(host -> load.applyAsInt(host.id()))
                      .thenComparingInt(HostState::containers)
                      .thenComparing(HostState::id))
              .orElseThrow(
                  () -> new RefusedPlacementException("No healthy node available in the cluster"));
      return new Place(chosen.id(), epoch);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Place at(HostId host) throws NoLeaderException {
    lock.lock();
    try {
      return new Place(host, awaitTerm());
    } finally {
      lock.unlock();
    }
  }

  /** A host can be connected to ZooKeeper and yet not answer us. */
  private void markLostHosts() {
    for (HostLink link : hosts.links()) {
      boolean isLost = !hosts.isInSync(link.id()) || view.isLost(link.id());
      HostCondition now = isLost ? HostCondition.UNREACHABLE : HostCondition.HEALTHY;
      if (fleet.host(link.id()).map(HostState::condition).filter(now::equals).isEmpty()) {
        upsert(link.descriptor(), now);
      }
    }
  }

  private Epoch awaitTerm() throws NoLeaderException {
    long nanos = FOR_A_LEADER.toNanos();
    try {
      while (term.isEmpty()) {
        if (nanos <= 0) {
          throw new NoLeaderException(
              "no manager leads the cluster, so nothing can be placed: see whether ZooKeeper"
                  + " answers ('berth status'), and try again");
        }
        nanos = begun.awaitNanos(nanos);
      }
      return term.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NoLeaderException("interrupted");
    }
  }

  @Override
  public void release(RecordId id) {
    lock.lock();
    try {
      fleet.release(id);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void updated(RecordId id, ObjectNode body) {
    Optional<ContainerRecord> record = records.find(id);
    if (record.isEmpty()) {
      return;
    }
    lock.lock();
    try {
      fleet.reserve(new HostId(record.get().host()), reservations.held(record.get(), body));
    } finally {
      lock.unlock();
    }
  }

  /** What is reserved on a host. */
  public Resources reserved(HostId host) {
    lock.lock();
    try {
      return fleet.host(host).map(HostState::used).orElse(Resources.NONE);
    } finally {
      lock.unlock();
    }
  }

  /** What a tenant's containers have reserved. */
  public Resources reserved(TenantId tenant) {
    lock.lock();
    try {
      return fleet.hosts().stream()
          .flatMap(host -> host.reservationsOf(tenant).stream())
          .map(Request::resources)
          .reduce(Resources.NONE, Resources::plus);
    } finally {
      lock.unlock();
    }
  }
}

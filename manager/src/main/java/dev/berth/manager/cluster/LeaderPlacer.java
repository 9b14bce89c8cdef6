package dev.berth.manager.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.Epoch;
import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.Claim;
import dev.berth.common.record.ContainerRecord;
import dev.berth.common.resource.Resources;
import dev.berth.manager.tenant.Allotment;
import dev.berth.manager.view.View;
import dev.berth.scheduler.ContainerFacts;
import dev.berth.scheduler.Extras;
import dev.berth.scheduler.Fate;
import dev.berth.scheduler.Fleet;
import dev.berth.scheduler.HostPort;
import dev.berth.scheduler.HostState;
import dev.berth.scheduler.Overcommit;
import dev.berth.scheduler.Placement;
import dev.berth.scheduler.Pressure;
import dev.berth.scheduler.Request;
import dev.berth.scheduler.Strategy;
import dev.berth.scheduler.expression.Hints;
import dev.berth.scheduler.filter.Filters;
import dev.berth.scheduler.quota.Amounts;
import dev.berth.scheduler.quota.Quantity;
import dev.berth.scheduler.strategy.Balanced;
import dev.berth.scheduler.strategy.Binpack;
import dev.berth.scheduler.strategy.RandomChoice;
import dev.berth.scheduler.strategy.Spread;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Places containers while this manager leads. The scheduler's fleet is made anew from the records
 * at the begin of each term, and has one writer at a time: who holds the lock.
 */
public final class LeaderPlacer
    implements Placer, Leadership.Listener, Hosts.Listener, ContainerRecords.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(LeaderPlacer.class);
  private static final Duration FOR_A_LEADER = Duration.ofSeconds(10);

  /** When the connection is lost, a rename elsewhere can be told as a removal at first. */
  private static final Duration RENAME = Duration.ofSeconds(1);

  /** Counts anew what there is. */
  @FunctionalInterface
  private interface Counted {
    void countAll();
  }

  private final ContainerRecords records;
  private final PortRange openPorts;
  private final Predicate<HostPort> offerable;
  private final RandomGenerator random;
  private final Reservations reservations;
  private final Map<PlacementHints.Choice, Strategy> strategies;
  private final Strategy usual;
  private final Function<TenantId, Allotment> allotments;
  private final List<Counted> claims = new CopyOnWriteArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition begun = lock.newCondition();

  // Guarded by the lock.
  private Optional<Epoch> term = Optional.empty();
  private final Ledger ledger;
  private final QuotaBook quotas;

  /**
   * Leads nothing yet.
   *
   * @param pressure how hard pressed each host is
   * @param openPorts those of hosts that are given to containers that leave them open
   * @param offerable whether the endpoint has such a port free, too
   * @param allotments what each tenant may have
   * @param usual how hosts are chosen when nobody says it
   * @param reserve what each host keeps for itself
   */
  public LeaderPlacer(
      ContainerRecords records,
      Hosts hosts,
      HostRegister register,
      Function<HostId, Pressure> pressure,
      View view,
      PortRange openPorts,
      Predicate<HostPort> offerable,
      Function<TenantId, Allotment> allotments,
      PlacementHints.Choice usual,
      Overcommit overcommit,
      Resources reserve,
      RandomGenerator random) {
    this.records = records;
    this.openPorts = openPorts;
    this.offerable = offerable;
    this.allotments = allotments;
    this.quotas = new QuotaBook(allotments);
    this.random = random;
    this.reservations = new Reservations(view, reserve, allotments);
    this.strategies =
        Map.of(
            PlacementHints.Choice.SPREAD, new Spread(),
            PlacementHints.Choice.BINPACK, new Binpack(),
            PlacementHints.Choice.BALANCED, new Balanced(),
            PlacementHints.Choice.RANDOM, new RandomChoice(random.nextLong()));
    this.usual = strategies.get(usual);
    this.ledger =
        new Ledger(
            () -> new Fleet(Filters.STANDARD, this.usual, overcommit),
            hosts,
            register,
            view,
            pressure,
            reservations,
            quotas);
  }

  @Override
  public void begin(Epoch epoch) throws Exception {
    // From here on what comes and goes is counted, and then what was there before.
    lock.lock();
    try {
      ledger.reset();
    } finally {
      lock.unlock();
    }
    List<ContainerRecord> before = records.readAll();
    lock.lock();
    try {
      before.forEach(record -> ledger.hold(record, record.spec()));
    } finally {
      lock.unlock();
    }
    for (ContainerRecord record : before) {
      RecordId id = new RecordId(record.id());
      // What is not known here may be news that is late; what was renamed is counted below.
      if (records.find(id).isEmpty() && records.readWhole(record).isEmpty()) {
        release(id);
      }
    }
    claims.forEach(Counted::countAll);
    // What came, or was renamed, while they were read; from the term on each is held as it comes.
    holdUnknown();
    lock.lock();
    try {
      term = Optional.of(epoch);
      begun.signalAll();
    } finally {
      lock.unlock();
    }
    holdUnknown();
  }

  private void holdUnknown() {
    Collection<ContainerRecord> all = records.all();
    List<ContainerRecord> unknown;
    lock.lock();
    try {
      unknown = all.stream().filter(record -> !ledger.isHeld(record)).toList();
    } finally {
      lock.unlock();
    }
    unknown.forEach(this::holdAgain);
  }

  /** Counts the records of volumes or networks from now on. */
  public <R extends Claim> void count(Quantity quantity, Claims<R> records) {
    records.listen(
        new Claims.Listener<>() {
          @Override
          public void put(R record) {
            counted(record, quantity);
          }

          @Override
          public void removed(R record) {
            giveBack(record.id());
          }
        });
    claims.add(
        () -> {
          Collection<R> all = records.all();
          all.forEach(record -> counted(record, quantity));
          Set<String> left = records.all().stream().map(Claim::id).collect(Collectors.toSet());
          all.stream().map(Claim::id).filter(id -> !left.contains(id)).forEach(this::giveBack);
        });
  }

  private void counted(Claim record, Quantity quantity) {
    lock.lock();
    try {
      quotas.put(new TenantId(record.tenant()), quantity, record.id());
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
      ledger.joined(link);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void hostLeft(HostId id) {
    lock.lock();
    try {
      ledger.left(id);
    } finally {
      lock.unlock();
    }
  }

  /** What affinities see of it is known better now. */
  @Override
  public void recordPut(ContainerRecord record) {
    RecordId id = new RecordId(record.id());
    boolean isUnknown;
    lock.lock();
    try {
      Fleet fleet = ledger.fleet();
      Optional<ContainerFacts> facts = fleet.facts(id);
      facts.ifPresent(known -> fleet.describe(id, reservations.facts(record, known.labels())));
      isUnknown = term.isPresent() && !ledger.isHeld(record);
    } finally {
      lock.unlock();
    }
    if (isUnknown) {
      // Its manager was so slow that its place was taken back, or asked twice and got two.
      holdSoon(record);
    }
  }

  private void holdSoon(ContainerRecord record) {
    Thread.ofVirtual().name("hold-" + record.id()).start(() -> holdAgain(record));
  }

  private void holdAgain(ContainerRecord record) {
    try {
      Optional<ContainerRecord> whole = records.readWhole(record);
      if (whole.isPresent()) {
        lock.lock();
        try {
          ledger.hold(whole.get(), whole.get().spec());
        } finally {
          lock.unlock();
        }
        takeBack(new RecordId(record.id()));
      }
    } catch (Exception e) {
      LOG.atWarn().addKeyValue("record", record.id()).setCause(e).log("not counted");
    }
  }

  /** Who removes a container for good releases it, too: this is for what was not told. */
  @Override
  public void recordRemoved(ContainerRecord record) {
    Thread.ofVirtual()
        .name("gone-" + record.id())
        .start(
            () -> {
              LockSupport.parkNanos(RENAME.toNanos());
              takeBack(new RecordId(record.id()));
            });
  }

  /** Gives back what was reserved for a container, unless it has a record. */
  void takeBack(RecordId id) {
    if (records.find(id).isEmpty()) {
      release(id);
      records.find(id).ifPresent(this::holdSoon);
    }
  }

  @Override
  public Placed place(Wanted wanted) throws RefusedPlacementException, NoLeaderException {
    if (records.find(wanted.id()).isPresent()) {
      throw new IllegalArgumentException(
          "container %s is recorded, so it has its place: ask for another with another id"
              .formatted(wanted.id()));
    }
    lock.lock();
    try {
      Epoch epoch = awaitTerm();
      // Who asks once more has not heard the answer.
      ledger.release(wanted.id());
      boolean isFresh = ledger.markLostHosts();
      ObjectNode body = numbered(wanted.body());
      Request request = reservations.asked(wanted, body, wanted.hints().expressions());
      if (wanted.kind() == Kind.REPLACEMENT) {
        quotas.put(wanted.kind(), request);
      } else {
        quotas.take(wanted.kind(), request);
      }
      Placement placement = ledger.place(request, strategy(wanted));
      if (placement instanceof Placement.Refused && !isFresh) {
        ledger.markAllHosts();
        placement = ledger.place(request, strategy(wanted));
      }
      return switch (placement) {
        case Placement.Placed placed -> {
          ledger.gpus().give(wanted.id(), placed.host(), body);
          yield new Placed(new Place(placed.host(), epoch), body);
        }
        case Placement.Refused refused -> {
          quotas.release(wanted.id().value());
          throw new RefusedPlacementException(refused.explanation());
        }
      };
    } finally {
      lock.unlock();
    }
  }

  /** With a number for each port of the host that was left open. */
  private ObjectNode numbered(ObjectNode body) throws RefusedPlacementException {
    return PublishedPorts.assign(
        body, openPorts, port -> ledger.fleet().isFree(port) && offerable.test(port), random);
  }

  /**
   * Counts a build that another leader has let by, and that goes on.
   *
   * @throws NoLeaderException when this manager does not lead
   */
  void hold(Wanted build, HostId host) throws NoLeaderException {
    lock.lock();
    try {
      requireTerm();
      if (ledger.fleet().placeOf(build.id()).isEmpty()) {
        ledger.hold(build.kind(), reservations.asked(build, build.body(), Hints.NONE), host);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Explanation explain(Wanted wanted) throws NoLeaderException {
    lock.lock();
    try {
      awaitTerm();
      ledger.markAllHosts();
      return explain(wanted, numbered(wanted.body()));
    } catch (RefusedPlacementException e) {
      return explain(wanted, wanted.body()).refused(e.getMessage());
    } finally {
      lock.unlock();
    }
  }

  private Explanation explain(Wanted wanted, ObjectNode body) {
    Request request = reservations.asked(wanted, body, wanted.hints().expressions());
    List<Explanation.Host> shown =
        ledger.fleet().explain(ledger.bounding(request), strategy(wanted)).stream()
            .map(LeaderPlacer::shown)
            .toList();
    Optional<String> excess = quotas.excess(wanted.kind(), request);
    if (wanted.kind() != Kind.REPLACEMENT && excess.isPresent()) {
      return new Explanation(false, "", shown, "").refused(excess.get());
    }
    return switch (ledger.place(request, strategy(wanted))) {
      case Placement.Placed _ -> {
        ledger.fleet().release(request.id());
        yield new Explanation(true, "", shown, "");
      }
      case Placement.Refused refused -> new Explanation(false, refused.explanation(), shown, "");
    };
  }

  @Override
  public Optional<HostId> together(List<Wanted> wanted, HostId except) throws NoLeaderException {
    lock.lock();
    try {
      awaitTerm();
      ledger.markAllHosts();
      return new Together(ledger.fleet(), wanted.stream().map(this::asked).toList())
          .host(except, strategy(wanted.getFirst()));
    } finally {
      lock.unlock();
    }
  }

  private static Explanation.Host shown(Fate fate) {
    return new Explanation.Host(
        fate.host().value(),
        fate.name(),
        fate.refusal()
            .map(Placement.Miss::filter)
            .orElse(fate.isChosen() ? Explanation.CHOSEN : Explanation.POSSIBLE),
        fate.refusal().map(Placement.Miss::reason).orElse(""),
        fate.score().isPresent() ? fate.score().getAsLong() : null);
  }

  private Strategy strategy(Wanted wanted) {
    return wanted
        .hints()
        .strategy()
        .or(() -> allotments.apply(wanted.tenant()).strategy().map(PlacementHints.Choice::of))
        .map(strategies::get)
        .orElse(usual);
  }

  @Override
  public void take(TenantId tenant, Quantity quantity, String record)
      throws RefusedPlacementException, NoLeaderException {
    lock.lock();
    try {
      awaitTerm();
      quotas.take(tenant, quantity, record);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void giveBack(String record) {
    lock.lock();
    try {
      quotas.release(record);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void resize(RecordId id, ObjectNode body)
      throws RefusedPlacementException, NoLeaderException {
    Optional<ContainerRecord> record = records.find(id);
    if (record.isEmpty()) {
      throw new NoLeaderException("the leader does not know this container yet; try again");
    }
    lock.lock();
    try {
      awaitTerm();
      Request wanted = reservations.held(record.get(), body);
      ledger.requireRoom(new HostId(record.get().host()), wanted);
      quotas.take(Kind.CONTAINER, wanted);
      ledger.hold(record.get(), body);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Place spread(TenantId tenant, List<HostId> wished, Map<String, Integer> loads)
      throws RefusedPlacementException, NoLeaderException {
    lock.lock();
    try {
      Epoch epoch = awaitTerm();
      ledger.markLostHosts();
      Roomless thing = new Roomless(tenant, allotments.apply(tenant).constraints(), wished, loads);
      return new Place(thing.host(ledger.fleet().hosts()).id(), epoch);
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

  /** An operator wants something else of a host. */
  public void hostChanged(HostId id) {
    lock.lock();
    try {
      ledger.changed(id);
    } finally {
      lock.unlock();
    }
  }

  /**
   * What is reserved now, to try things out with.
   *
   * @throws NoLeaderException when this manager does not lead
   */
  public Fleet trial() throws NoLeaderException {
    lock.lock();
    try {
      requireTerm();
      ledger.markLostHosts();
      return ledger.fleet().copy();
    } finally {
      lock.unlock();
    }
  }

  /** What the scheduler would be asked. */
  public Request asked(Wanted wanted) {
    lock.lock();
    try {
      return ledger.bounding(
          reservations.asked(wanted, wanted.body(), wanted.hints().expressions()));
    } finally {
      lock.unlock();
    }
  }

  /** For who asks from elsewhere: it is better asked again than kept waiting. */
  void requireTerm() throws NoLeaderException {
    lock.lock();
    try {
      if (term.isEmpty()) {
        throw new NoLeaderException("this manager does not lead");
      }
    } finally {
      lock.unlock();
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
      ledger.release(id);
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
      ledger.hold(record.get(), body);
    } finally {
      lock.unlock();
    }
  }

  /** Whether a place can be reserved for that: nobody can say no who does not lead. */
  public boolean canBeReserved(RecordId id) {
    lock.lock();
    try {
      return term.isEmpty() || ledger.fleet().placeOf(id).isPresent();
    } finally {
      lock.unlock();
    }
  }

  /** Whether anything is placed on a host, also what is not there yet. */
  public boolean isReserved(HostId host) {
    lock.lock();
    try {
      return ledger.fleet().host(host).filter(state -> state.containers() > 0).isPresent();
    } finally {
      lock.unlock();
    }
  }

  /** What is reserved on a host. */
  public Resources reserved(HostId host) {
    lock.lock();
    try {
      return ledger.fleet().host(host).map(HostState::used).orElse(Resources.NONE);
    } finally {
      lock.unlock();
    }
  }

  /** The same besides CPU and memory. */
  public Extras reservedBesides(HostId host) {
    lock.lock();
    try {
      return ledger.fleet().host(host).map(HostState::extraUsed).orElse(Extras.NONE);
    } finally {
      lock.unlock();
    }
  }

  /** What a tenant has of each quantity. */
  public Amounts used(TenantId tenant) {
    lock.lock();
    try {
      return quotas.used(tenant);
    } finally {
      lock.unlock();
    }
  }
}

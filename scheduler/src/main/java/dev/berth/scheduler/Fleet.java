package dev.berth.scheduler;

import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.scheduler.Placement.Miss;
import dev.berth.scheduler.Placement.Placed;
import dev.berth.scheduler.Placement.Refused;
import dev.berth.scheduler.expression.Expression;
import dev.berth.scheduler.expression.Operator;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/**
 * All hosts and all reservations on them: the leader's ledger.
 *
 * <p>Not safe for more than one thread: a leader has one writer. Two fleets that were told the same
 * place a request on the same host, in whatever order their hosts came: hosts are kept by ascending
 * id, and a tie goes to the lowest.
 *
 * <p>A container has its reservation from {@link #place} or {@link #reserve} until {@link
 * #release}, also while it is stopped or its host cannot be reached.
 */
public final class Fleet {
  private final List<Filter> filters;
  private final Strategy usual;
  private final Overcommit overcommit;
  private final TreeMap<HostId, HostState> hosts = new TreeMap<>();
  private final Places places = new Places();
  private final Map<TenantId, Tenancy> tenancies = new HashMap<>();
  private final List<Filter> perKind;
  private final List<Filter> perHost;

  private final PortHosts ports = new PortHosts();
  private final Usage usage = new Usage();
  private final Holdings held = new Holdings();
  private final HostIndex index = new HostIndex(usage);

  /** By their numbers; null where one has left. */
  private final List<HostState> numbered = new ArrayList<>();

  /** The numbers of those that have left. */
  private final BitSet vacant = new BitSet();

  /** How many hosts are to be avoided. */
  private int avoided;

  /**
   * @param filters in the order in which they are asked and explained
   */
  public Fleet(List<Filter> filters, Strategy strategy, Overcommit overcommit) {
    this.filters = List.copyOf(filters);
    this.perKind = filters.stream().filter(each -> each.looks() == Filter.Looks.AT_KIND).toList();
    this.perHost = filters.stream().filter(each -> each.looks() == Filter.Looks.AT_HOST).toList();
    this.usual = strategy;
    this.overcommit = overcommit;
  }

  /**
   * Chooses a host and reserves there. Soft hints are required at first and dropped, all together,
   * when no host satisfies them with all the rest (Swarm 1.2.9).
   *
   * @throws IllegalStateException when the container has a reservation: release it first
   */
  public Placement place(Request request) {
    return place(request, usual);
  }

  /** The same, by another strategy than the fleet's. */
  public Placement place(Request request, Strategy strategy) {
    long high = Places.high(request.id());
    long low = Places.low(request.id());
    Reservation earlier = places.get(high, low);
    if (earlier != null) {
      throw new IllegalStateException(
          "container %s is placed on host %s already: release it first"
              .formatted(request.id(), numbered.get(earlier.number()).id()));
    }
    Choice choice = choose(request, strategy, (tried, tier) -> best(tried, strategy, tier));
    if (choice.host().isEmpty()) {
      return refusal(choice.tried(), strategy);
    }
    HostState host = choice.host().get();
    add(host, request, high, low);
    return new Placed(request.id(), host.id());
  }

  /** The host that was found, and the request with what it still asked for then. */
  private record Choice(Request tried, Optional<HostState> host) {}

  @FunctionalInterface
  private interface Finder {
    Optional<HostState> find(Request tried, Pressure tier);
  }

  private Choice choose(Request request, Strategy strategy, Finder finder) {
    Choice choice = choose(request, finder);
    return choice.host().isEmpty() || request.images().having().isEmpty()
        ? choice
        : new Choice(
            choice.tried(), Optional.of(withImage(choice.host().get(), choice.tried(), strategy)));
  }

  /**
   * Of hosts that the strategy values the same, and that have as many containers, one that has the
   * image is preferred, and then the one with the lowest id.
   */
  private HostState withImage(HostState chosen, Request request, Strategy strategy) {
    Set<HostId> having = request.images().having();
    OptionalLong score = strategy.score(chosen, request);
    if (having.contains(chosen.id()) || score.isEmpty()) {
      return chosen;
    }
    List<Filter> asked = filtersFor(request);
    HostState best = chosen;
    for (HostId id : having) {
      HostState host = hosts.get(id);
      boolean isAsGood =
          host != null
              && host.containers() == chosen.containers()
              && host.pressure() == chosen.pressure()
              && (best.equals(chosen) || id.compareTo(best.id()) < 0)
              && isAdmitted(host, request, asked)
              && strategy.score(host, request).equals(score);
      if (isAsGood) {
        best = host;
      }
    }
    return best;
  }

  /** Pressed hosts come last: rather are the soft hints dropped than one of them is taken. */
  private Choice choose(Request request, Finder finder) {
    Optional<HostState> host = finder.find(request, Pressure.NONE);
    if (host.isPresent()) {
      return new Choice(request, host);
    }
    boolean hasSoft = request.hints().hasSoft();
    Request required = hasSoft ? request.withoutSoftHints() : request;
    if (hasSoft) {
      host = finder.find(required, Pressure.NONE);
    }
    if (host.isEmpty() && avoided > 0) {
      host = finder.find(request, Pressure.AVOID);
      if (host.isPresent()) {
        return new Choice(request, host);
      }
      if (hasSoft) {
        host = finder.find(required, Pressure.AVOID);
      }
    }
    return new Choice(required, host);
  }

  private void add(HostState host, Request request, long high, long low) {
    Tenancy tenancy = tenancies.computeIfAbsent(request.tenant(), Tenancy::new);
    Reservation reservation = new Reservation(request, high, low, host.number(), tenancy);
    usage.add(reservation);
    held.add(reservation);
    if (!reservation.isBare()) {
      host.addRare(reservation);
      reservation.ports().forEach(port -> ports.add(port, host));
    }
    tenancy.add(reservation);
    places.add(reservation);
    index.changed(host.number());
  }

  /** The host's object is looked at only for what is rare. */
  private void forget(Reservation reservation) {
    usage.remove(reservation);
    held.remove(reservation);
    if (!reservation.isBare()) {
      HostState host = numbered.get(reservation.number());
      host.removeRare(reservation);
      reservation.ports().forEach(port -> ports.remove(port, host));
    }
    Tenancy tenancy = reservation.tenancy();
    tenancy.remove(reservation);
    if (tenancy.isEmpty()) {
      tenancies.remove(tenancy.tenant());
    }
  }

  /** Asks as few hosts as the request lets: the answer is that of asking all of them. */
  private Optional<HostState> best(Request request, Strategy strategy, Pressure tier) {
    if (!request.dependencies().isEmpty()) {
      List<HostState> bound = new ArrayList<>();
      request.dependencies().stream().sorted().map(hosts::get).forEach(bound::add);
      bound.removeIf(Objects::isNull);
      return chosen(bound, request, strategy, tier);
    }
    if (hasToBeWithItsOwn(request)) {
      Tenancy own = tenancies.get(request.tenant());
      return own == null
          ? Optional.empty()
          : chosen(withItsOwn(own, request), request, strategy, tier);
    }
    if (!isForIndex(request, strategy)) {
      return chosen(hosts.values(), request, strategy, tier);
    }
    List<Filter> concerning = concerning(request);
    return index.best(
        request,
        tier,
        perKind,
        concerning,
        mattering(request, concerning),
        strategy.order() == Strategy.Order.LEAST_FULL);
  }

  private boolean isForIndex(Request request, Strategy strategy) {
    return strategy.order() != Strategy.Order.OTHER
        && request.hints().topologies().isEmpty()
        && index.knows(hosts.values(), request.hints().constraints());
  }

  private Refused refusal(Request request, Strategy strategy) {
    boolean isIndexed =
        request.dependencies().isEmpty()
            && !hasToBeWithItsOwn(request)
            && isForIndex(request, strategy);
    return isIndexed
        ? index.explain(hosts.values(), filters, request, reached(request))
        : Refusal.explain(hosts.values(), filtersFor(request), request);
  }

  /** The hosts that a filter may remove which lets all others by. */
  private Set<HostState> reached(Request request) {
    Set<HostState> reached = new HashSet<>();
    for (Filter filter : filters) {
      if (filter.concerns(request)) {
        switch (filter.reach(request)) {
          case EVERY -> {
            // Those are all, and are asked as such.
          }
          case HOLDERS_OF_PORTS -> request.ports().forEach(port -> ports.addTo(reached, port));
          case OWN -> {
            Tenancy own = tenancies.get(request.tenant());
            if (own != null) {
              reached.addAll(mattering(own, filter, request));
            }
          }
        }
      }
    }
    return reached;
  }

  /** Whether what the tenant has on the host of that number may matter to one of these. */
  private IntPredicate mattering(Request request, List<Filter> concerning) {
    List<Label> labels = new ArrayList<>();
    boolean areLabels = true;
    for (Filter filter : concerning) {
      if (filter.reach(request) == Filter.Reach.OWN) {
        Optional<List<Label>> some = filter.ownLabels(request);
        areLabels &= some.isPresent();
        some.ifPresent(labels::addAll);
      }
    }
    Tenancy own = tenancies.get(request.tenant());
    if (own == null || (areLabels && labels.isEmpty())) {
      return _ -> false;
    }
    Optional<List<LabelHosts.Holders>> holders =
        areLabels ? own.holders(labels, held) : Optional.empty();
    if (holders.isEmpty()) {
      return own::mayHave;
    }
    return holders.get().size() == 1
        ? holders.get().getFirst()::has
        : number -> isAny(holders.get(), number);
  }

  private static boolean isAny(List<LabelHosts.Holders> some, int number) {
    for (int i = 0; i < some.size(); i++) {
      if (some.get(i).has(number)) {
        return true;
      }
    }
    return false;
  }

  /** The tenant's hosts on which what it has may matter to that filter. */
  private Collection<HostState> mattering(Tenancy own, Filter filter, Request request) {
    Optional<List<LabelHosts.Holders>> known =
        filter.ownLabels(request).flatMap(labels -> own.holders(labels, held));
    if (known.isEmpty()) {
      return own.of(numbered);
    }
    List<HostState> some = new ArrayList<>();
    known.get().forEach(holders -> addTo(some, holders));
    return some;
  }

  private void addTo(List<HostState> some, LabelHosts.Holders holders) {
    for (int i = 0; i < holders.size(); i++) {
      some.add(numbered.get(holders.host(i)));
    }
  }

  /**
   * The hosts, by ascending id, where an affinity to what the tenant has can hold: one to a label
   * holds only where a container has that label.
   */
  private List<HostState> withItsOwn(Tenancy own, Request request) {
    Optional<LabelHosts.Holders> fewest = Optional.empty();
    for (Expression affinity : request.hints().affinities()) {
      if (affinity.operator() == Operator.EQUAL) {
        Optional<LabelHosts.Holders> holders =
            Label.of(affinity)
                .flatMap(label -> own.holders(List.of(label), held))
                .map(List::getFirst);
        if (holders.isPresent()
            && (fewest.isEmpty() || holders.get().size() < fewest.get().size())) {
          fewest = holders;
        }
      }
    }
    List<HostState> some = new ArrayList<>();
    fewest.ifPresentOrElse(holders -> addTo(some, holders), () -> some.addAll(own.of(numbered)));
    some.sort(Comparator.comparing(HostState::id));
    return some;
  }

  private Optional<HostState> chosen(
      Collection<HostState> asked, Request request, Strategy strategy, Pressure tier) {
    List<HostState> candidates = candidates(asked, request, tier);
    return candidates.isEmpty()
        ? Optional.empty()
        : Optional.of(strategy.choose(candidates, request));
  }

  /** An affinity to a container or a label holds only where the tenant has something. */
  private static boolean hasToBeWithItsOwn(Request request) {
    for (Expression affinity : request.hints().affinities()) {
      if (affinity.operator() == Operator.EQUAL && !affinity.key().equals("image")) {
        return true;
      }
    }
    return false;
  }

  private List<Filter> concerning(Request request) {
    List<Filter> concerning = List.of();
    for (int i = 0; i < perHost.size(); i++) {
      if (perHost.get(i).concerns(request)) {
        concerning = concerning.isEmpty() ? new ArrayList<>(perHost.size()) : concerning;
        concerning.add(perHost.get(i));
      }
    }
    return concerning;
  }

  /** What {@link #place} would choose by asking every host: for tests of the index. */
  Optional<HostId> scan(Request request, Strategy strategy) {
    return choose(request, strategy, (tried, tier) -> chosen(hosts.values(), tried, strategy, tier))
        .host()
        .map(HostState::id);
  }

  /**
   * What {@link #place} would say when it refuses, by asking every host: for tests of the index.
   */
  Refused scanRefusal(Request request) {
    Request required = request.hints().hasSoft() ? request.withoutSoftHints() : request;
    return Refusal.explain(hosts.values(), filtersFor(required), required);
  }

  /**
   * What {@link #place} would do, host by host in the order of their ids; nothing is reserved. Who
   * chooses at random can choose another when it is asked for good.
   */
  public List<Fate> explain(Request request, Strategy strategy) {
    Choice choice =
        choose(request, strategy, (tried, tier) -> chosen(hosts.values(), tried, strategy, tier));
    Request tried = choice.tried();
    Optional<HostState> chosen = choice.host();
    List<Filter> asked = filtersFor(tried);
    List<Fate> fates = new ArrayList<>();
    for (HostState host : hosts.values()) {
      Optional<Miss> miss = miss(host, tried, asked);
      fates.add(
          new Fate(
              host.id(),
              host.name(),
              miss,
              miss.isPresent() ? OptionalLong.empty() : strategy.score(host, tried),
              chosen.filter(host::equals).isPresent()));
    }
    return List.copyOf(fates);
  }

  private static Optional<Miss> miss(HostState host, Request request, List<Filter> asked) {
    for (Filter filter : asked) {
      if (!filter.admits(host, request)) {
        return Optional.of(new Miss(host.id(), filter.name(), filter.reason(host, request)));
      }
    }
    return Optional.empty();
  }

  private List<HostState> candidates(Collection<HostState> some, Request request, Pressure tier) {
    List<Filter> asked = filtersFor(request);
    List<HostState> admitted = new ArrayList<>();
    for (HostState host : some) {
      if (host.pressure() == tier && isAdmitted(host, request, asked)) {
        admitted.add(host);
      }
    }
    return admitted;
  }

  private List<Filter> filtersFor(Request request) {
    if (request.hints().topologies().isEmpty()) {
      return filters;
    }
    return filters.stream().map(filter -> filter.prepared(hosts.values(), request)).toList();
  }

  private static boolean isAdmitted(HostState host, Request request, List<Filter> asked) {
    for (Filter filter : asked) {
      if (!filter.admits(host, request)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Reserves on a host for a container that is known to be there, without asking whether it fits:
   * what was placed before this leader came, or has been changed since. An earlier reservation of
   * the same container is replaced. The host need not be known yet.
   */
  public void reserve(HostId hostId, Request request) {
    release(request.id());
    add(known(hostId), request, Places.high(request.id()), Places.low(request.id()));
  }

  private HostState known(HostId id) {
    HostState host = hosts.get(id);
    if (host == null) {
      host = numbered(id);
      hosts.put(id, host);
      index.invalidate();
    }
    return host;
  }

  private HostState numbered(HostId id) {
    int number = vacant.nextSetBit(0);
    if (number < 0) {
      HostState host = new HostState(id, numbered.size(), usage, held);
      numbered.add(host);
      return host;
    }
    vacant.clear(number);
    HostState host = new HostState(id, number, usage, held);
    numbered.set(number, host);
    return host;
  }

  /** Gives back exactly what the container has reserved; nothing happens when that is nothing. */
  public void release(RecordId id) {
    Reservation reservation = places.remove(id);
    if (reservation != null) {
      forget(reservation);
      index.changed(reservation.number());
    }
  }

  /**
   * What affinities see of a container from now on, as when it has got its name or the engine's id.
   * Nothing happens when it has no reservation.
   */
  public void describe(RecordId id, ContainerFacts facts) {
    Reservation reservation = places.get(id);
    if (reservation != null) {
      reservation.tenancy().describe(reservation, facts);
    }
  }

  /** What a container has reserved; empty when that is nothing. */
  public Optional<Request> reservation(RecordId id) {
    return Optional.ofNullable(places.get(id)).map(Reservation::request);
  }

  /** What affinities see of a container; empty when it has no reservation. */
  public Optional<ContainerFacts> facts(RecordId id) {
    return reservation(id).map(Request::facts);
  }

  /** Adds a host, or changes what is known of it. Its reservations stay. */
  public void upsert(Host host) {
    HostState state = known(host.id());
    if (!state.description().equals(Optional.of(host))) {
      avoided -= state.pressure() == Pressure.AVOID ? 1 : 0;
      state.describe(host, overcommit);
      avoided += state.pressure() == Pressure.AVOID ? 1 : 0;
      index.described(state);
    }
  }

  /**
   * Forgets a host that has left the cluster, with all reservations on it.
   *
   * @return the containers whose reservations those were
   */
  public Set<RecordId> remove(HostId id) {
    HostState host = hosts.remove(id);
    if (host == null) {
      return Set.of();
    }
    avoided -= host.pressure() == Pressure.AVOID ? 1 : 0;
    index.invalidate();
    Set<RecordId> released = new HashSet<>();
    for (Reservation reservation : List.copyOf(host.held())) {
      released.add(reservation.request().id());
      places.remove(reservation.request().id());
      forget(reservation);
    }
    numbered.set(host.number(), null);
    vacant.set(host.number());
    return Set.copyOf(released);
  }

  /** Whether no container of the fleet, on whatever host, publishes what would clash with it. */
  public boolean isFree(HostPort port) {
    return ports.isFree(port);
  }

  /** One that is told what this one knows, and then goes its own way: to try things out. */
  public Fleet copy() {
    Fleet copy = new Fleet(filters, usual, overcommit);
    for (HostState host : hosts.values()) {
      host.description().ifPresent(copy::upsert);
      host.reservations().forEach(request -> copy.reserve(host.id(), request));
    }
    return copy;
  }

  /** Where a container has its reservation. */
  public Optional<HostId> placeOf(RecordId id) {
    return Optional.ofNullable(places.get(id))
        .map(reservation -> numbered.get(reservation.number()).id());
  }

  public Optional<HostState> host(HostId id) {
    return Optional.ofNullable(hosts.get(id));
  }

  /** All hosts by ascending id, for reading in the fleet's thread. */
  public Collection<HostState> hosts() {
    return Collections.unmodifiableCollection(hosts.values());
  }
}

package dev.berth.scheduler;

import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.scheduler.Placement.Placed;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

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
  private final Map<RecordId, HostState> places = new HashMap<>();

  /**
   * @param filters in the order in which they are asked and explained
   */
  public Fleet(List<Filter> filters, Strategy strategy, Overcommit overcommit) {
    this.filters = List.copyOf(filters);
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
    if (places.containsKey(request.id())) {
      throw new IllegalStateException(
          "container %s is placed on host %s already: release it first"
              .formatted(request.id(), places.get(request.id()).id()));
    }
    Selection selection = select(request);
    if (selection.candidates().isEmpty()) {
      return Refusal.explain(hosts.values(), filtersFor(selection.tried()), selection.tried());
    }
    HostState host = strategy.choose(selection.candidates(), selection.tried());
    host.add(request);
    places.put(request.id(), host);
    return new Placed(request.id(), host.id());
  }

  /** Hosts to choose from, and the request for which they are. */
  private record Selection(Request tried, List<HostState> candidates) {}

  /** Pressed hosts come last: rather a soft hint is dropped than one of them taken. */
  private Selection select(Request request) {
    List<HostState> wished = candidates(request);
    List<HostState> calm = calm(wished);
    if (!calm.isEmpty() || !request.hints().hasSoft()) {
      return new Selection(request, calm.isEmpty() ? wished : calm);
    }
    Request required = request.withoutSoftHints();
    List<HostState> possible = candidates(required);
    List<HostState> calmPossible = calm(possible);
    if (calmPossible.isEmpty() && !wished.isEmpty()) {
      return new Selection(request, wished);
    }
    return new Selection(required, calmPossible.isEmpty() ? possible : calmPossible);
  }

  private static List<HostState> calm(List<HostState> admitted) {
    List<HostState> calm = new ArrayList<>(admitted.size());
    for (HostState host : admitted) {
      if (host.pressure() == Pressure.NONE) {
        calm.add(host);
      }
    }
    return calm;
  }

  private List<HostState> candidates(Request request) {
    List<Filter> asked = filtersFor(request);
    List<HostState> admitted = new ArrayList<>();
    for (HostState host : hosts.values()) {
      if (isAdmitted(host, request, asked)) {
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
    HostState host = hosts.computeIfAbsent(hostId, HostState::new);
    host.add(request);
    places.put(request.id(), host);
  }

  /** Gives back exactly what the container has reserved; nothing happens when that is nothing. */
  public void release(RecordId id) {
    HostState host = places.remove(id);
    if (host != null) {
      host.remove(id);
    }
  }

  /**
   * What affinities see of a container from now on, as when it has got its name or the engine's id.
   * Nothing happens when it has no reservation.
   */
  public void describe(RecordId id, ContainerFacts facts) {
    HostState host = places.get(id);
    if (host != null) {
      host.describe(id, facts);
    }
  }

  /** What affinities see of a container; empty when it has no reservation. */
  public Optional<ContainerFacts> facts(RecordId id) {
    return Optional.ofNullable(places.get(id)).map(host -> host.facts(id));
  }

  /** Adds a host, or changes what is known of it. Its reservations stay. */
  public void upsert(Host host) {
    hosts.computeIfAbsent(host.id(), HostState::new).describe(host, overcommit);
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
    Set<RecordId> released = host.reserved();
    places.keySet().removeAll(released);
    return released;
  }

  /** Whether no container of the fleet, on whatever host, publishes what would clash with it. */
  public boolean isFree(HostPort port) {
    for (HostState host : hosts.values()) {
      if (!host.isFree(port)) {
        return false;
      }
    }
    return true;
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
    return Optional.ofNullable(places.get(id)).map(HostState::id);
  }

  public Optional<HostState> host(HostId id) {
    return Optional.ofNullable(hosts.get(id));
  }

  /** All hosts by ascending id, for reading in the fleet's thread. */
  public Collection<HostState> hosts() {
    return Collections.unmodifiableCollection(hosts.values());
  }
}

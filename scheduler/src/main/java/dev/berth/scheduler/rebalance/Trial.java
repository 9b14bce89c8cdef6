package dev.berth.scheduler.rebalance;

import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.scheduler.Fleet;
import dev.berth.scheduler.Host;
import dev.berth.scheduler.HostCondition;
import dev.berth.scheduler.HostState;
import dev.berth.scheduler.Placement;
import dev.berth.scheduler.Placement.Placed;
import dev.berth.scheduler.Placement.Refused;
import dev.berth.scheduler.Pressure;
import dev.berth.scheduler.Request;
import dev.berth.scheduler.Strategy;
import dev.berth.scheduler.rebalance.Mobility.Fixed;
import dev.berth.scheduler.rebalance.Mobility.Movable;
import dev.berth.scheduler.rebalance.Proposal.Stay;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** A copy of a fleet in which moves are tried out, and taken back when they gain nothing. */
final class Trial {
  private static final int MAX_STAYS = 100;

  private final Fleet fleet;
  private final Strategy strategy;
  private final Limits limits;
  private final Function<Request, Mobility> mobility;
  private final Map<RecordId, Move> moves = new LinkedHashMap<>();
  private final Map<RecordId, Stay> stays = new LinkedHashMap<>();
  private final Set<RecordId> untold = new HashSet<>();
  private final Set<RecordId> asked = new HashSet<>();
  private final Set<HostId> closed = new HashSet<>();
  private int tries;

  Trial(Fleet fleet, Strategy strategy, Limits limits, Function<Request, Mobility> mobility) {
    this.fleet = fleet;
    this.strategy = strategy;
    this.limits = limits;
    this.mobility = mobility;
  }

  Collection<HostState> hosts() {
    return fleet.hosts();
  }

  HostState host(HostId id) {
    return fleet.host(id).orElseThrow();
  }

  List<Move> moves() {
    return List.copyOf(moves.values());
  }

  List<Stay> stays() {
    return List.copyOf(stays.values());
  }

  int moreStays() {
    return untold.size();
  }

  int movesLeft() {
    return limits.moves() - moves.size();
  }

  boolean isExhausted() {
    return movesLeft() <= 0 || tries >= limits.tries();
  }

  /** The healthy hosts with containers, in that order, equals by id. */
  List<HostState> sources(Comparator<HostState> order) {
    return fleet.hosts().stream()
        .filter(host -> host.condition() == HostCondition.HEALTHY && host.containers() > 0)
        .sorted(order.thenComparing(HostState::id))
        .toList();
  }

  /** Largest first, equals by id. */
  static List<Request> containers(HostState host) {
    return host.reservations().stream()
        .sorted(
            Comparator.<Request>comparingLong(request -> request.resources().memory().value())
                .thenComparingLong(request -> request.resources().cpus().value())
                .reversed()
                .thenComparing(request -> request.id().value()))
        .toList();
  }

  /** What it would ask for elsewhere; empty when it stays, or has moved already. */
  Optional<Request> asked(Request held, HostState host) {
    if (moves.containsKey(held.id())) {
      return Optional.empty();
    }
    return switch (mobility.apply(held)) {
      case Movable movable -> Optional.of(movable.asked());
      case Fixed fixed -> {
        if (!isKnownToStay(held)) {
          // To find out why took as long as a placement.
          tries++;
          stay(held, host.id(), fixed.why());
        }
        yield Optional.empty();
      }
    };
  }

  private boolean isKnownToStay(Request held) {
    return stays.containsKey(held.id()) || untold.contains(held.id());
  }

  private void stay(Request held, HostId host, String why) {
    if (isKnownToStay(held)) {
      return;
    }
    if (stays.size() < MAX_STAYS) {
      stays.put(held.id(), new Stay(held.id(), host, why));
    } else {
      untold.add(held.id());
    }
  }

  /** Of one that found no better host: remembers whether that is for want of any other. */
  void tellIfBound(Request held, Request wish, HostId from) {
    if (!asked.add(held.id())) {
      return;
    }
    HostCondition before = host(from).condition();
    fleet.release(held.id());
    set(from, HostCondition.CORDONED);
    Placement elsewhere = fleet.place(wish, strategy);
    fleet.release(held.id());
    set(from, before);
    fleet.reserve(from, held);
    switch (elsewhere) {
      case Refused _ -> stay(held, from, "no other host can have it");
      case Placed placed -> {
        if (host(placed.host()).pressure() != Pressure.NONE) {
          stay(held, from, "every other host that can have it is pressed");
        }
      }
    }
  }

  /** Places it anew; empty, and nothing has changed, when that is where it was or nowhere. */
  Optional<HostId> move(Request held, Request asked, HostId from) {
    tries++;
    fleet.release(held.id());
    if (fleet.place(asked, closed.isEmpty() ? strategy : amongOpen()) instanceof Placed placed
        && !placed.host().equals(from)
        && !closed.contains(placed.host())
        && host(placed.host()).pressure() == Pressure.NONE) {
      return Optional.of(placed.host());
    }
    takeBack(held, from);
    return Optional.empty();
  }

  void takeBack(Request held, HostId from) {
    fleet.reserve(from, held);
    moves.remove(held.id());
  }

  void keep(Move move) {
    moves.put(move.container(), move);
    stays.remove(move.container());
    untold.remove(move.container());
  }

  /** No move is to that host from now on, which else is what it was. */
  void close(HostId id) {
    closed.add(id);
  }

  void open(HostId id) {
    closed.remove(id);
  }

  /** Chooses a closed host only where there is no other. */
  private Strategy amongOpen() {
    return new Strategy() {
      @Override
      public String name() {
        return strategy.name();
      }

      @Override
      public HostState choose(List<HostState> candidates, Request request) {
        List<HostState> open =
            candidates.stream().filter(host -> !closed.contains(host.id())).toList();
        return open.isEmpty() ? candidates.getFirst() : strategy.choose(open, request);
      }
    };
  }

  private void set(HostId id, HostCondition condition) {
    Host known = host(id).description().orElseThrow();
    fleet.upsert(known.in(condition));
  }
}

package dev.berth.scheduler;

import dev.berth.scheduler.Placement.Refused;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What removed each host, for one request that no host is admitted for: by kinds of hosts, and by
 * single hosts only where those of a kind differ. The answer is that of asking each.
 */
final class Causes {
  /**
   * When so many times fewer hosts came furthest than there are, they are not looked for in order.
   */
  private static final int FEW = 8;

  private final HostState[] byOrdinal;
  private final int[] numbers;
  private final Usage usage;
  private final Function<HostState, Grid> gridOf;
  private final List<Filter> filters;
  private final Request request;
  private final Set<HostState> reached;
  private final Search room;
  private final int[] removed;
  private final Map<Grid, Sieve> sieves = new HashMap<>();

  /** By grid, the last filter that removed one of its hosts. */
  private final Map<Grid, Integer> furthest = new HashMap<>();

  /**
   * @param reached the hosts that filters may remove which let all others by
   */
  Causes(
      HostState[] byOrdinal,
      int[] numbers,
      Usage usage,
      Function<HostState, Grid> gridOf,
      List<Filter> filters,
      Request request,
      Set<HostState> reached) {
    this.byOrdinal = byOrdinal;
    this.numbers = numbers;
    this.usage = usage;
    this.gridOf = gridOf;
    this.filters = filters;
    this.request = request;
    this.reached = reached;
    this.room =
        new Search(
            byOrdinal, numbers, usage, request, _ -> false, Asked.NOTHING, Asked.NOTHING, true);
    this.removed = new int[filters.size()];
  }

  Refused explain(Collection<HostState> hosts, Collection<Grid> grids) {
    Map<Grid, List<HostState>> reachedIn = new HashMap<>();
    for (HostState host : reached) {
      reachedIn.computeIfAbsent(gridOf.apply(host), _ -> new ArrayList<>()).add(host);
    }
    for (Grid grid : grids) {
      if (grid.hosts() > 0) {
        count(grid, reachedIn.getOrDefault(grid, List.of()));
      }
    }
    return Refusal.explain(
        hosts.size(), filters, request, removed, decisive -> nearest(hosts, decisive));
  }

  private Nearest nearest(Collection<HostState> hosts, int decisive) {
    Filter filter = filters.get(decisive);
    Predicate<HostState> isLast = host -> remover(host) == decisive;
    if (filter.looks() == Filter.Looks.AT_ROOM) {
      Nearest nearest = new Nearest();
      RoomMisses misses =
          new RoomMisses(byOrdinal, numbers, usage, filter, request, isLast, nearest);
      where(decisive).forEach(grid -> grid.show(misses));
      return nearest;
    }
    boolean areFew = (long) removed[decisive] * FEW < hosts.size();
    return Refusal.nearest(areFew ? ofGrids(decisive) : hosts, filter, request, isLast);
  }

  /** The grids where it was that filter which removed those that came furthest. */
  private List<Grid> where(int decisive) {
    List<Grid> some = new ArrayList<>();
    furthest.forEach(
        (grid, last) -> {
          if (last == decisive) {
            some.add(grid);
          }
        });
    return some;
  }

  private void count(Grid grid, List<HostState> reachedHere) {
    Sieve sieve = new Sieve(grid.kind(), byOrdinal[grid.any()], filters, request);
    sieves.put(grid, sieve);
    if (!sieve.isByRoom()) {
      for (HostState host : grid.hosts(byOrdinal)) {
        count(grid, remover(host), 1);
      }
      return;
    }
    for (HostState host : reachedHere) {
      count(grid, sieve.remover(host), 1);
    }
    int ordinary = grid.hosts() - reachedHere.size();
    int roomless = sieve.asksForRoom() ? roomless(grid, reachedHere) : ordinary;
    count(grid, sieve.roomless(), roomless);
    count(grid, sieve.roomy(), ordinary - roomless);
  }

  private int roomless(Grid grid, List<HostState> butThese) {
    room.enter(grid.kind());
    int roomless = grid.roomless(room, numbers);
    for (HostState host : butThese) {
      boolean hasRoom = room.hasRoom(host.number());
      roomless -= hasRoom ? 0 : 1;
    }
    return roomless;
  }

  private void count(Grid grid, int by, int hosts) {
    if (hosts > 0) {
      removed[by] += hosts;
      furthest.merge(grid, by, Math::max);
    }
  }

  private int remover(HostState host) {
    Sieve sieve = sieves.get(gridOf.apply(host));
    if (reached.contains(host)) {
      return sieve.remover(host);
    }
    return sieve.isByRoom() && !sieve.asksForRoom()
        ? sieve.roomless()
        : sieve.ordinaryRemover(host);
  }

  /** The hosts of the grids where that filter removed some, in the order of all hosts. */
  private List<HostState> ofGrids(int by) {
    List<HostState> some = new ArrayList<>();
    where(by).forEach(grid -> some.addAll(grid.hosts(byOrdinal)));
    some.removeIf(host -> remover(host) != by);
    some.sort(Comparator.comparing(HostState::id));
    return some;
  }
}

package dev.berth.scheduler;

import dev.berth.scheduler.Placement.Refused;
import dev.berth.scheduler.expression.Expression;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All hosts by what they are and how full they are, kept up with every change, so that a place is
 * found without asking each of them. Hosts are of one kind when they are alike in their limits,
 * their condition and pressure, and the labels that constraints have asked for until now.
 */
final class HostIndex {
  /** With more label keys in use than this, or more kinds, hosts are asked one by one. */
  private static final int MAX_KEYS = 32;

  private static final int MAX_KINDS = 1_024;
  private static final int MAX_MATCHES = 1_024;

  /** In so many steps it is told how many GPUs a host has left. */
  private static final int LEVELS = 4;

  /**
   * What makes hosts alike.
   *
   * @param gpuLimit how many GPUs may be reserved
   * @param gpuLevel how many are left: 0 for none, and up to {@value #LEVELS} for all of them
   */
  record Kind(
      HostCondition condition,
      Pressure pressure,
      boolean isPlain,
      long cpuLimit,
      long memoryLimit,
      long gpuLimit,
      int gpuLevel,
      Map<String, String> labels) {

    static int level(long left, long limit) {
      return left <= 0 ? 0 : (int) Math.min(LEVELS, 1 + (left - 1) * LEVELS / limit);
    }

    /** No host of the kind has more left. */
    long mostGpus() {
      return (gpuLevel * gpuLimit + LEVELS - 1) / LEVELS;
    }

    Kind at(int level) {
      return new Kind(condition, pressure, isPlain, cpuLimit, memoryLimit, gpuLimit, level, labels);
    }
  }

  /** The grids of the kinds that constraints match, for the constraints asked for last. */
  private static final class Matches extends LinkedHashMap<List<Expression>, Grid[]> {
    private static final long serialVersionUID = 1;

    Matches() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<List<Expression>, Grid[]> eldest) {
      return size() > MAX_MATCHES;
    }
  }

  /** Keeps grids of equal limits together. */
  private static final Comparator<Grid> BY_LIMITS =
      Comparator.<Grid>comparingLong(grid -> grid.kind().cpuLimit())
          .thenComparingLong(grid -> grid.kind().memoryLimit());

  private final Set<String> keys = new HashSet<>();
  private final Map<Kind, Grid> grids = new HashMap<>();
  private final Map<Pressure, Map<List<Expression>, Grid[]>> matches =
      Map.of(Pressure.NONE, new Matches(), Pressure.AVOID, new Matches());

  private HostState[] byOrdinal = new HostState[0];
  private Usage usage = new Usage(0);
  private boolean isStale = true;

  /** Hosts came or went: all is made again before the next search. */
  void invalidate() {
    isStale = true;
  }

  /** Whether it has been asked since hosts came or went. */
  boolean isFresh() {
    return !isStale;
  }

  private void build(Collection<HostState> hosts) {
    grids.clear();
    matches.values().forEach(Map::clear);
    byOrdinal = hosts.toArray(HostState[]::new);
    usage = new Usage(byOrdinal.length);
    for (int ordinal = 0; ordinal < byOrdinal.length; ordinal++) {
      HostState host = byOrdinal[ordinal];
      host.ordinal(ordinal);
      usage.number(ordinal, host.number());
      enter(host, kind(host));
    }
    isStale = false;
  }

  private void enter(HostState host, Kind kind) {
    Grid grid =
        grids.computeIfAbsent(
            kind,
            missing -> {
              matches.values().forEach(Map::clear);
              return new Grid(missing);
            });
    host.tell(usage);
    host.enter(grid);
    if (grid.isNoLongerPassedOver()) {
      matches.values().forEach(Map::clear);
    }
  }

  /** A host that is known is described anew. */
  void described(HostState host) {
    if (isStale) {
      return;
    }
    Grid before = host.grid().orElseThrow();
    enter(host, kind(host));
    if (before.hosts() == 0) {
      grids.remove(before.kind());
      matches.values().forEach(Map::clear);
    }
  }

  private Kind kind(HostState host) {
    Map<String, String> labels = new HashMap<>();
    for (String key : keys) {
      String value = host.labels().get(key);
      if (value != null) {
        labels.put(key, value);
      }
    }
    return new Kind(
        host.condition(),
        host.pressure(),
        host.isPlain(),
        host.limit().cpus().value(),
        host.limit().memory().value(),
        host.gpuLimit(),
        Kind.level(host.gpusLeft(), host.gpuLimit()),
        Map.copyOf(labels));
  }

  /** Something was reserved on a host, or given back. */
  void changed(HostState host) {
    if (isStale) {
      return;
    }
    if (host.gpuLimit() > 0) {
      Kind kind = host.grid().orElseThrow().kind();
      int level = Kind.level(host.gpusLeft(), host.gpuLimit());
      if (level != kind.gpuLevel()) {
        enter(host, kind.at(level));
        return;
      }
    }
    host.tell(usage);
    host.move();
  }

  /**
   * Whether this index can answer for such constraints; what it has to know for that it knows from
   * then on.
   */
  boolean knows(List<Expression> constraints) {
    for (Expression constraint : constraints) {
      if (constraint.key().equals("node")) {
        return false;
      }
      if (!keys.contains(constraint.key())) {
        if (keys.size() == MAX_KEYS) {
          return false;
        }
        keys.add(constraint.key());
        isStale = true;
      }
    }
    return grids.size() <= MAX_KINDS;
  }

  /**
   * The host that the scan of all would choose.
   *
   * @param tier only hosts under that pressure
   * @param perKind filters that hosts of one kind all pass or all fail
   * @param perHost the others, without that of resources
   * @param own what the tenant has
   */
  Optional<HostState> best(
      Collection<HostState> hosts,
      Request request,
      Pressure tier,
      List<Filter> perKind,
      List<Filter> perHost,
      Optional<Tenancy> own,
      boolean isAscending) {
    if (isStale) {
      build(hosts);
    }
    Map<List<Expression>, Grid[]> known = matches.get(tier);
    Grid[] fitting = known.get(request.hints().constraints());
    if (fitting == null) {
      fitting = fitting(request, tier, perKind);
      known.put(request.hints().constraints(), fitting);
    }
    long gpus = request.demands().extras().of(ResourceKind.GPU);
    if (gpus > 0) {
      fitting =
          Arrays.stream(fitting)
              .filter(grid -> grid.kind().mostGpus() >= gpus)
              .toArray(Grid[]::new);
    }
    Search search =
        new Search(
            byOrdinal,
            usage,
            request,
            own,
            Asked.of(perHost, request),
            Asked.of(ofPlainHosts(perHost, request), request),
            isAscending);
    search.go(fitting);
    return search.best();
  }

  private static List<Filter> ofPlainHosts(List<Filter> filters, Request request) {
    List<Filter> some = new ArrayList<>(filters.size());
    for (int i = 0; i < filters.size(); i++) {
      if (!filters.get(i).sparesPlainHostsWithGpus(request)) {
        some.add(filters.get(i));
      }
    }
    return some;
  }

  /**
   * Why no host would do, found out by kinds of hosts as far as all of a kind fare alike; the
   * answer is that of asking each.
   *
   * @param hosts those that were searched last
   * @param reached those that filters may remove which let all others by
   */
  Refused explain(
      Collection<HostState> hosts, List<Filter> filters, Request request, Set<HostState> reached) {
    return new Causes(byOrdinal, usage, filters, request, reached).explain(hosts, grids.values());
  }

  private Grid[] fitting(Request request, Pressure tier, List<Filter> perKind) {
    List<Grid> fitting = new ArrayList<>();
    for (Grid grid : grids.values()) {
      if (grid.hosts() == 0) {
        grid.passOver();
        continue;
      }
      HostState example = byOrdinal[grid.any()];
      boolean fits = grid.kind().pressure() == tier;
      for (Filter filter : perKind) {
        fits &= filter.admits(example, request);
      }
      if (fits) {
        fitting.add(grid);
      }
    }
    fitting.sort(BY_LIMITS);
    return fitting.toArray(Grid[]::new);
  }
}

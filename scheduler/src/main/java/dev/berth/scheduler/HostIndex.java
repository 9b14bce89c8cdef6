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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * All hosts by what they are and how full they are, kept up with every change, so that a place is
 * found without asking each of them. Hosts are of one kind when they are alike in their limits,
 * their condition and pressure, and the labels that constraints have asked for until now.
 */
final class HostIndex {
  /** With more label keys in use than this, or more kinds, hosts are asked one by one. */
  private static final int MAX_KEYS = 32;

  private static final int MAX_KINDS = 1_024;

  /** A label that has more values than this tells hosts apart, and is no kind of them. */
  private static final int MAX_VALUES = 64;

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

  private final SequencedSet<String> labelKeys = new LinkedHashSet<>();

  /** So many of them do not make too many kinds, as far as is known. */
  private int mostKeys = MAX_KEYS;

  private boolean isTooVaried;
  private final Map<Kind, Grid> grids = new HashMap<>();
  private final Map<Pressure, Map<List<Expression>, Grid[]>> matches =
      Map.of(Pressure.NONE, new Matches(), Pressure.AVOID, new Matches());

  private final Usage usage;
  private HostState[] byOrdinal = new HostState[0];

  /** The numbers of hosts by their place in the order of all. */
  private int[] numbers = new int[0];

  // By number, where a host is.
  private int[] ordinals = new int[0];
  private Grid[] gridOf = new Grid[0];
  private int[] rows = new int[0];
  private int[] columns = new int[0];
  private long[] keys = new long[0];

  private boolean isStale = true;

  /**
   * @param usage of all hosts
   */
  HostIndex(Usage usage) {
    this.usage = usage;
  }

  /** Hosts came or went: all is made again before the next search. */
  void invalidate() {
    isStale = true;
    mostKeys = MAX_KEYS;
  }

  /** With as many label keys as make few enough kinds; without any it may be too varied, too. */
  private void build(Collection<HostState> hosts) {
    isTooVaried = !isBuilt(hosts);
    while (isTooVaried && !labelKeys.isEmpty()) {
      labelKeys.removeLast();
      mostKeys = labelKeys.size();
      isTooVaried = !isBuilt(hosts);
    }
    if (isTooVaried) {
      forget();
    }
    isStale = false;
  }

  private void forget() {
    grids.clear();
    matches.values().forEach(Map::clear);
    byOrdinal = new HostState[0];
    gridOf = new Grid[0];
  }

  /** Whether all hosts have their grid, and not too many of them. */
  private boolean isBuilt(Collection<HostState> hosts) {
    forget();
    byOrdinal = hosts.toArray(HostState[]::new);
    numbers = Arrays.stream(byOrdinal).mapToInt(HostState::number).toArray();
    int most = Arrays.stream(numbers).max().orElse(-1) + 1;
    ordinals = new int[most];
    gridOf = new Grid[most];
    rows = new int[most];
    columns = new int[most];
    keys = new long[most];
    for (int ordinal = 0; ordinal < byOrdinal.length; ordinal++) {
      ordinals[numbers[ordinal]] = ordinal;
      enter(numbers[ordinal], kind(byOrdinal[ordinal]));
      if (grids.size() > MAX_KINDS) {
        return false;
      }
    }
    return true;
  }

  private void enter(int number, Kind kind) {
    Grid entered =
        grids.computeIfAbsent(
            kind,
            missing -> {
              matches.values().forEach(Map::clear);
              return new Grid(missing);
            });
    if (gridOf[number] != null) {
      leave(number);
    }
    gridOf[number] = entered;
    locate(number);
    if (entered.isNoLongerPassedOver()) {
      matches.values().forEach(Map::clear);
    }
  }

  private void leave(int number) {
    gridOf[number].remove(rows[number], columns[number], keys[number]);
  }

  private void locate(int number) {
    long cpu = usage.cpu(number);
    long memory = usage.memory(number);
    int row = gridOf[number].row(cpu);
    int column = gridOf[number].column(memory);
    long key = Cell.key(usage.containers(number), ordinals[number]);
    gridOf[number].add(row, column, key, cpu, memory);
    rows[number] = row;
    columns[number] = column;
    keys[number] = key;
  }

  /** A host that is known is described anew. */
  void described(HostState host) {
    if (isStale) {
      return;
    }
    if (isTooVaried || grids.size() > MAX_KINDS) {
      isStale = true;
      return;
    }
    Grid before = gridOf[host.number()];
    enter(host.number(), kind(host));
    if (before.hosts() == 0) {
      grids.values().removeIf(grid -> grid.hosts() == 0);
      matches.values().forEach(Map::clear);
    }
  }

  private Kind kind(HostState host) {
    Map<String, String> labels = new HashMap<>();
    for (String key : labelKeys) {
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
  void changed(int number) {
    if (isStale || isTooVaried) {
      return;
    }
    Kind kind = gridOf[number].kind();
    if (kind.gpuLimit() > 0) {
      int level = Kind.level(usage.gpusLeft(number), kind.gpuLimit());
      if (level != kind.gpuLevel()) {
        enter(number, kind.at(level));
        return;
      }
    }
    leave(number);
    locate(number);
  }

  /**
   * Whether this index can answer for such constraints; what it has to know for that it knows from
   * then on. If so, it is up to date.
   */
  boolean knows(Collection<HostState> hosts, List<Expression> constraints) {
    for (Expression constraint : constraints) {
      if (constraint.key().equals("node")) {
        return false;
      }
      if (!labelKeys.contains(constraint.key())) {
        if (labelKeys.size() >= mostKeys || isVaried(hosts, constraint.key())) {
          return false;
        }
        labelKeys.add(constraint.key());
        isStale = true;
      }
    }
    if (isStale) {
      build(hosts);
      for (Expression constraint : constraints) {
        if (!labelKeys.contains(constraint.key())) {
          return false;
        }
      }
    }
    return !isTooVaried;
  }

  private static boolean isVaried(Collection<HostState> hosts, String key) {
    Set<String> values = new HashSet<>();
    for (HostState host : hosts) {
      String value = host.labels().get(key);
      if (value != null && values.add(value) && values.size() > MAX_VALUES) {
        return true;
      }
    }
    return false;
  }

  /**
   * The host that the scan of all would choose, when {@link #knows} has said yes just before.
   *
   * @param tier only hosts under that pressure
   * @param perKind filters that hosts of one kind all pass or all fail
   * @param perHost the others, without that of resources
   * @param matters whether what the tenant has on the host of that number may matter
   */
  Optional<HostState> best(
      Request request,
      Pressure tier,
      List<Filter> perKind,
      List<Filter> perHost,
      IntPredicate matters,
      boolean isAscending) {
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
            numbers,
            usage,
            request,
            matters,
            Asked.of(perHost, request),
            Asked.of(ofPlainHosts(perHost, request), request),
            isAscending);
    search.go(fitting);
    return search.best();
  }

  private static List<Filter> ofPlainHosts(List<Filter> filters, Request request) {
    if (filters.isEmpty()) {
      return filters;
    }
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
    return new Causes(
            byOrdinal, numbers, usage, host -> gridOf[host.number()], filters, request, reached)
        .explain(hosts, grids.values());
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

package dev.berth.scheduler;

import dev.berth.common.id.TenantId;
import dev.berth.scheduler.expression.Expression;
import java.util.ArrayList;
import java.util.Collection;
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

  private static final int MAX_KINDS = 512;
  private static final int MAX_MATCHES = 1_024;

  private record Kind(
      HostCondition condition,
      Pressure pressure,
      long cpuLimit,
      long memoryLimit,
      Map<String, String> labels) {}

  /** The grids of the kinds that constraints match, for the constraints asked for last. */
  private static final class Matches extends LinkedHashMap<List<Expression>, List<Grid>> {
    private static final long serialVersionUID = 1;

    Matches() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<List<Expression>, List<Grid>> eldest) {
      return size() > MAX_MATCHES;
    }
  }

  private final Set<String> keys = new HashSet<>();
  private final Map<Kind, Grid> grids = new HashMap<>();
  private final Map<Kind, HostState> examples = new HashMap<>();
  private final Map<TenantId, Map<HostState, Integer>> tenants = new HashMap<>();
  private final Map<Pressure, Map<List<Expression>, List<Grid>>> matches =
      Map.of(Pressure.NONE, new Matches(), Pressure.AVOID, new Matches());

  private HostState[] byOrdinal = new HostState[0];
  private boolean isStale = true;

  /** Hosts came, went, or are described anew: all is made again before the next search. */
  void invalidate() {
    isStale = true;
  }

  private void build(Collection<HostState> hosts) {
    grids.clear();
    examples.clear();
    matches.values().forEach(Map::clear);
    byOrdinal = new HostState[hosts.size()];
    int ordinal = 0;
    for (HostState host : hosts) {
      byOrdinal[ordinal] = host;
      host.ordinal(ordinal++);
      Kind kind = kind(host);
      Grid grid =
          grids.computeIfAbsent(kind, each -> new Grid(each.cpuLimit(), each.memoryLimit()));
      examples.putIfAbsent(kind, host);
      host.enter(grid);
    }
    isStale = false;
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
        host.limit().cpus().value(),
        host.limit().memory().value(),
        Map.copyOf(labels));
  }

  /** Something was reserved on a host, or given back. */
  void changed(HostState host, TenantId tenant, int containers) {
    if (!isStale) {
      host.move();
    }
    tenants
        .computeIfAbsent(tenant, _ -> new HashMap<>())
        .merge(host, containers, (before, more) -> before + more == 0 ? null : before + more);
    if (tenants.get(tenant).isEmpty()) {
      tenants.remove(tenant);
    }
  }

  /** A host is gone with all that was on it. */
  void removed(HostState host) {
    isStale = true;
    tenants.values().forEach(hosts -> hosts.remove(host));
    tenants.values().removeIf(Map::isEmpty);
  }

  /** The hosts on which a tenant has something. */
  Collection<HostState> of(TenantId tenant) {
    return tenants.getOrDefault(tenant, Map.of()).keySet();
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
   */
  Optional<HostState> best(
      Collection<HostState> hosts,
      Request request,
      Pressure tier,
      List<Filter> perKind,
      List<Filter> perHost,
      boolean isAscending) {
    if (isStale) {
      build(hosts);
    }
    Map<List<Expression>, List<Grid>> known = matches.get(tier);
    List<Grid> fitting = known.get(request.hints().constraints());
    if (fitting == null) {
      fitting = fitting(request, tier, perKind);
      known.put(request.hints().constraints(), fitting);
    }
    Search search = new Search(byOrdinal, request, perHost, isAscending);
    for (int i = 0; i < fitting.size(); i++) {
      fitting.get(i).search(search);
    }
    return search.best();
  }

  private List<Grid> fitting(Request request, Pressure tier, List<Filter> perKind) {
    List<Grid> fitting = new ArrayList<>();
    for (Map.Entry<Kind, Grid> each : grids.entrySet()) {
      HostState example = examples.get(each.getKey());
      boolean fits = each.getKey().pressure() == tier;
      for (Filter filter : perKind) {
        fits &= filter.admits(example, request);
      }
      if (fits) {
        fitting.add(each.getValue());
      }
    }
    return fitting;
  }
}

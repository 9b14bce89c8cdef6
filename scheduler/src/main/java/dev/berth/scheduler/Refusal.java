package dev.berth.scheduler;

import dev.berth.scheduler.Placement.Miss;
import dev.berth.scheduler.Placement.Refused;
import dev.berth.scheduler.Placement.Removal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** Finds out why no host would do. */
final class Refusal {
  private static final int MAX_MISSES = 3;

  private static final String NO_HOST = "No healthy node available in the cluster";
  private static final String NO_MATCH =
      "Unable to find a node that satisfies the following conditions ";

  private Refusal() {}

  /**
   * @param request as it was last tried: what it still asks for is what was in the way
   */
  static Refused explain(Collection<HostState> hosts, List<Filter> filters, Request request) {
    int[] removed = new int[filters.size()];
    int last = -1;
    Optional<String> bound = Optional.empty();
    for (HostState host : hosts) {
      int by = remover(host, filters, request);
      removed[by]++;
      last = Math.max(last, by);
      if (request.dependencies().contains(host.id())) {
        bound = bound.or(() -> filters.get(by).boundWording());
      }
    }
    int decisive = last;
    Refused refused =
        explain(
            hosts,
            hosts.size(),
            filters,
            request,
            removed,
            host -> remover(host, filters, request) == decisive);
    return bound.map(refused::saying).orElse(refused);
  }

  /** Which of the filters is the first that does not admit a host; there is one. */
  static int remover(HostState host, List<Filter> filters, Request request) {
    for (int i = 0; i < filters.size(); i++) {
      if (!filters.get(i).admits(host, request)) {
        return i;
      }
    }
    throw new IllegalStateException(
        "host %s was refused and is admitted by every filter".formatted(host.id()));
  }

  /**
   * @param hosts those among which the ones that came furthest are looked for, by ascending id
   * @param count how many there are in all
   * @param removed how many hosts each of the filters removed
   * @param isLast whether a host is one of those that the last of these filters removed
   */
  static Refused explain(
      Collection<HostState> hosts,
      int count,
      List<Filter> filters,
      Request request,
      int[] removed,
      Predicate<HostState> isLast) {
    List<Removal> removals = new ArrayList<>();
    Optional<Filter> decisive = Optional.empty();
    for (int i = 0; i < removed.length; i++) {
      if (removed[i] > 0) {
        Filter filter = filters.get(i);
        removals.add(new Removal(filter.name(), filter.condition(request), removed[i]));
        decisive = Optional.of(filter);
      }
    }
    if (decisive.isEmpty()) {
      return new Refused(NO_HOST, 0, List.of(), List.of(), Optional.empty());
    }
    Filter filter = decisive.get();
    List<HostState> last = nearest(hosts, isLast, host -> filter.distance(host, request));
    List<Miss> nearest = new ArrayList<>();
    for (HostState host : last) {
      nearest.add(new Miss(host.id(), filter.name(), filter.reason(host, request)));
    }
    HostState first = last.getFirst();
    String message = filter.wording(first, request).orElseGet(() -> noMatch(removals));
    Optional<String> shortfall =
        namesHosts(request) ? Optional.empty() : filter.shortfall(first, request);
    return new Refused(message, count, removals, nearest, shortfall);
  }

  /** Who could choose the host would be told by the shortfall how full a certain host is. */
  private static boolean namesHosts(Request request) {
    return !request.hints().whitelists().isEmpty()
        || request.hints().constraints().stream()
            .anyMatch(constraint -> constraint.key().equals("node"));
  }

  /** Of equals the first; nothing is nearer than 0. */
  private static List<HostState> nearest(
      Collection<HostState> hosts,
      Predicate<HostState> isLast,
      ToLongFunction<HostState> distance) {
    List<HostState> nearest = new ArrayList<>(MAX_MISSES + 1);
    long[] distances = new long[MAX_MISSES + 1];
    for (HostState host : hosts) {
      // Most hosts are no nearer, which is sooner seen than by which filter they were removed.
      long own = distance.applyAsLong(host);
      int at = nearest.size();
      boolean isNearer = at < MAX_MISSES || own < distances[MAX_MISSES - 1];
      if (!isNearer || !isLast.test(host)) {
        continue;
      }
      while (at > 0 && own < distances[at - 1]) {
        distances[at] = distances[at - 1];
        at--;
      }
      distances[at] = own;
      nearest.add(at, host);
      if (nearest.size() > MAX_MISSES) {
        nearest.removeLast();
      }
      if (nearest.size() == MAX_MISSES && distances[MAX_MISSES - 1] == 0) {
        break;
      }
    }
    return nearest;
  }

  private static String noMatch(List<Removal> removals) {
    List<String> conditions = new ArrayList<>();
    removals.forEach(removal -> conditions.add("[" + removal.condition() + "]"));
    return NO_MATCH + String.join(" ", conditions);
  }
}

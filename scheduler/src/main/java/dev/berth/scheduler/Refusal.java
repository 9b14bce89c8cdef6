package dev.berth.scheduler;

import dev.berth.scheduler.Placement.Miss;
import dev.berth.scheduler.Placement.Refused;
import dev.berth.scheduler.Placement.Removal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/** Finds out why no host would do. */
final class Refusal {
  private static final String NO_HOST = "No healthy node available in the cluster";
  private static final String NO_MATCH =
      "Unable to find a node that satisfies the following conditions ";

  private Refusal() {}

  /**
   * @param request as it was last tried: what it still asks for is what was in the way
   */
  static Refused explain(Collection<HostState> hosts, List<Filter> filters, Request request) {
    int[] removed = new int[filters.size()];
    Optional<String> bound = Optional.empty();
    for (HostState host : hosts) {
      int by = remover(host, filters, request);
      removed[by]++;
      if (request.dependencies().contains(host.id())) {
        bound = bound.or(() -> filters.get(by).boundWording());
      }
    }
    Refused refused =
        explain(
            hosts.size(),
            filters,
            request,
            removed,
            decisive ->
                nearest(
                    hosts,
                    filters.get(decisive),
                    request,
                    host -> remover(host, filters, request) == decisive));
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
   * @param count how many hosts there are in all
   * @param removed how many hosts each of the filters removed
   * @param nearest the nearest of those that the filter of that place removed
   */
  static Refused explain(
      int count,
      List<Filter> filters,
      Request request,
      int[] removed,
      IntFunction<Nearest> nearest) {
    List<Removal> removals = new ArrayList<>();
    int decisive = -1;
    for (int i = 0; i < removed.length; i++) {
      if (removed[i] > 0) {
        Filter filter = filters.get(i);
        removals.add(new Removal(filter.name(), filter.condition(request), removed[i]));
        decisive = i;
      }
    }
    if (decisive < 0) {
      return new Refused(NO_HOST, 0, List.of(), List.of(), Optional.empty());
    }
    Filter filter = filters.get(decisive);
    List<HostState> last = nearest.apply(decisive).hosts();
    List<Miss> misses = new ArrayList<>();
    for (HostState host : last) {
      misses.add(new Miss(host.id(), filter.name(), filter.reason(host, request)));
    }
    HostState first = last.getFirst();
    String message = filter.wording(first, request).orElseGet(() -> noMatch(removals));
    Optional<String> shortfall =
        namesHosts(request) ? Optional.empty() : filter.shortfall(first, request);
    return new Refused(message, count, removals, misses, shortfall);
  }

  /** Who could choose the host would be told by the shortfall how full a certain host is. */
  private static boolean namesHosts(Request request) {
    return !request.hints().whitelists().isEmpty()
        || request.hints().constraints().stream()
            .anyMatch(constraint -> constraint.key().equals("node"));
  }

  /**
   * The nearest of these hosts.
   *
   * @param hosts by ascending id
   * @param isLast whether it was that filter which removed a host
   */
  static Nearest nearest(
      Collection<HostState> hosts, Filter filter, Request request, Predicate<HostState> isLast) {
    Nearest nearest = new Nearest();
    for (HostState host : hosts) {
      // Most hosts are no nearer, which is sooner seen than by which filter they were removed.
      long distance = filter.distance(host, request);
      if (nearest.isOne(host, distance) && isLast.test(host)) {
        nearest.add(host, distance);
        if (nearest.areFinal()) {
          break;
        }
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

package dev.berth.scheduler;

import dev.berth.scheduler.Placement.Miss;
import dev.berth.scheduler.Placement.Refused;
import dev.berth.scheduler.Placement.Removal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Finds out why no host would do. */
final class Refusal {
  private static final int MAX_MISSES = 3;

  /** The nearest of so many is near enough: in a large fleet the others are hardly nearer. */
  private static final int MAX_LOOKS = 32;

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
    for (HostState host : hosts) {
      int by = remover(host, filters, request);
      removed[by]++;
      last = Math.max(last, by);
    }
    int decisive = last;
    return explain(
        hosts,
        hosts.size(),
        filters,
        request,
        removed,
        host -> remover(host, filters, request) == decisive);
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
    List<HostState> last = first(hosts, isLast);
    last.sort(Comparator.comparingLong(host -> filter.distance(host, request)));
    List<Miss> nearest = new ArrayList<>();
    for (HostState host : last.subList(0, Math.min(MAX_MISSES, last.size()))) {
      nearest.add(new Miss(host.id(), filter.name(), filter.reason(host, request)));
    }
    HostState first = last.getFirst();
    String message = filter.wording(first, request).orElseGet(() -> noMatch(removals));
    return new Refused(message, count, removals, nearest, filter.shortfall(first, request));
  }

  private static List<HostState> first(Collection<HostState> hosts, Predicate<HostState> isLast) {
    List<HostState> first = new ArrayList<>(MAX_MISSES);
    for (HostState host : hosts) {
      if (isLast.test(host)) {
        first.add(host);
        if (first.size() == MAX_LOOKS) {
          break;
        }
      }
    }
    return first;
  }

  private static String noMatch(List<Removal> removals) {
    List<String> conditions = new ArrayList<>();
    removals.forEach(removal -> conditions.add("[" + removal.condition() + "]"));
    return NO_MATCH + String.join(" ", conditions);
  }
}

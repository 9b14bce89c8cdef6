package dev.berth.scheduler;

import dev.berth.scheduler.Placement.Miss;
import dev.berth.scheduler.Placement.Refused;
import dev.berth.scheduler.Placement.Removal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

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
    List<HostState> left = List.copyOf(hosts);
    List<HostState> last = List.of();
    Optional<Filter> decisive = Optional.empty();
    List<Removal> removals = new ArrayList<>();
    for (Filter filter : filters) {
      Map<Boolean, List<HostState>> split =
          left.stream().collect(Collectors.partitioningBy(host -> filter.admits(host, request)));
      left = split.get(true);
      List<HostState> removed = split.get(false);
      if (!removed.isEmpty()) {
        removals.add(new Removal(filter.name(), filter.condition(request), removed.size()));
        decisive = Optional.of(filter);
        last = removed;
      }
    }
    if (decisive.isEmpty()) {
      return new Refused(NO_HOST, 0, List.of(), List.of());
    }
    Filter filter = decisive.get();
    List<Miss> nearest = new ArrayList<>();
    for (HostState host : last.subList(0, Math.min(MAX_MISSES, last.size()))) {
      nearest.add(new Miss(host.id(), filter.name(), filter.reason(host, request)));
    }
    String message = filter.wording(last.getFirst(), request).orElseGet(() -> noMatch(removals));
    return new Refused(message, hosts.size(), removals, nearest);
  }

  private static String noMatch(List<Removal> removals) {
    List<String> conditions = new ArrayList<>();
    removals.forEach(removal -> conditions.add("[" + removal.condition() + "]"));
    return NO_MATCH + String.join(" ", conditions);
  }
}

package dev.berth.scheduler.filter;

import dev.berth.common.id.ContainerName;
import dev.berth.scheduler.ContainerFacts;
import dev.berth.scheduler.Filter;
import dev.berth.scheduler.HostState;
import dev.berth.scheduler.Request;
import dev.berth.scheduler.expression.Topology;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How many containers of a request's group there are at each value of a host label.
 *
 * @param counts by value, for the values where the container could ever go
 */
record Skew(Topology topology, Map<String, Integer> counts, int fewest) {

  static Skew count(
      Topology topology, Collection<HostState> hosts, List<Filter> fixed, Request request) {
    Map<String, Integer> counts = new HashMap<>();
    for (HostState host : hosts) {
      String value = host.labels().get(topology.label());
      if (value != null && fixed.stream().allMatch(filter -> filter.admits(host, request))) {
        counts.put(value, 0);
      }
    }
    for (HostState host : hosts) {
      String value = host.labels().get(topology.label());
      if (value != null && counts.containsKey(value)) {
        counts.merge(value, members(topology, host, request), Integer::sum);
      }
    }
    int fewest = counts.values().stream().mapToInt(Integer::intValue).min().orElse(0);
    return new Skew(topology, Map.copyOf(counts), fewest);
  }

  private static int members(Topology topology, HostState host, Request request) {
    int members = 0;
    for (Request other : host.reservationsOf(request.tenant())) {
      if (!request.demands().isReplacing(other.id())
          && isOfOneGroup(topology, request.facts(), other.facts())) {
        members++;
      }
    }
    return members;
  }

  private static boolean isOfOneGroup(Topology topology, ContainerFacts one, ContainerFacts other) {
    if (topology.group().isPresent()) {
      String key = topology.group().get();
      return one.labels().getOrDefault(key, "").equals(other.labels().getOrDefault(key, ""));
    }
    // What has no name yet gets one that nothing else begins with: it is a group of its own.
    Optional<String> stem = one.name().map(Skew::stem);
    return stem.isPresent() && stem.equals(other.name().map(Skew::stem));
  }

  /** Without the number that numbers a group's containers: {@code web} of {@code web_12}. */
  private static String stem(ContainerName name) {
    String text = name.value();
    int end = text.length();
    while (end > 0 && Character.isDigit(text.charAt(end - 1))) {
      end--;
    }
    if (end > 0 && end < text.length() && "-_.".indexOf(text.charAt(end - 1)) >= 0) {
      end--;
    }
    return end == 0 ? text : text.substring(0, end);
  }

  boolean admits(HostState host) {
    String value = host.labels().get(topology.label());
    Integer there = value == null ? null : counts.get(value);
    return there != null && there + 1 - fewest <= topology.maxSkew();
  }

  /** Without the value: it may be a host's name. */
  String shortfall(HostState host) {
    String value = host.labels().get(topology.label());
    return value == null
        ? "it has no label " + topology.label()
        : "%d of the group are on its %s already, and %d on another"
            .formatted(counts.getOrDefault(value, 0), topology.label(), fewest);
  }

  String why(HostState host) {
    String value = host.labels().get(topology.label());
    return value == null
        ? "it has no label " + topology.label()
        : "%s=%s has %d of the group already, and another has %d"
            .formatted(topology.label(), value, counts.getOrDefault(value, 0), fewest);
  }
}

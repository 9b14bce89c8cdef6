package dev.berth.scheduler;

import dev.berth.common.id.HostId;
import dev.berth.scheduler.HostPort.Protocol;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a fleet ought to do, by brute force over plain lists and without anything of the fleet's: it
 * knows hosts and asks as the test drew them, not as {@link Host} and {@link Request}.
 */
final class Model {
  static final int OVERCOMMIT = 5;

  /** A drawn host: a zone is a label, no slots are no label. */
  record Drawn(String id, int cpus, long memory, String zone, int slots, boolean healthy) {
    Host build() {
      HostBuilder builder = HostBuilder.host(id).cpus(cpus).memory(memory).label("zone", zone);
      if (slots > 0) {
        builder.label("containerslots", Integer.toString(slots));
      }
      return builder.is(healthy ? HostCondition.HEALTHY : HostCondition.CORDONED).build();
    }
  }

  /**
   * A drawn request. Empty texts and zeros ask for nothing; an {@code avoid} is a name.
   *
   * @param softZone a zone that is only wanted
   */
  record Ask(
      int number,
      String tenant,
      String name,
      int milliCpus,
      long memory,
      String address,
      int port,
      boolean udp,
      String zone,
      String softZone,
      String avoid,
      String with,
      String imageOn) {
    Request build() {
      RequestBuilder builder =
          RequestBuilder.request(number)
              .of(tenant)
              .named(name)
              .nanoCpus(milliCpus * 1_000_000L)
              .memory(memory);
      if (port > 0) {
        builder.port(address, port, udp ? Protocol.UDP : Protocol.TCP);
      }
      if (!zone.isEmpty()) {
        builder.hint("constraint:zone==" + zone);
      }
      if (!softZone.isEmpty()) {
        builder.hint("constraint:zone==~" + softZone);
      }
      if (!avoid.isEmpty()) {
        builder.hint("affinity:container!=" + avoid);
      }
      if (!with.isEmpty()) {
        builder.with(with);
      }
      if (!imageOn.isEmpty()) {
        builder.knowing(imageOn, "nginx").hint("affinity:image==nginx");
      }
      return builder.build();
    }
  }

  private record Placed(String host, Ask ask) {}

  private final Map<String, Drawn> hosts = new LinkedHashMap<>();
  private final Map<Integer, Placed> placed = new LinkedHashMap<>();

  void upsert(Drawn host) {
    hosts.put(host.id(), host);
  }

  void put(String host, Ask ask) {
    placed.put(ask.number(), new Placed(host, ask));
  }

  void release(int number) {
    placed.remove(number);
  }

  boolean has(int number) {
    return placed.containsKey(number);
  }

  List<Integer> numbers() {
    return List.copyOf(placed.keySet());
  }

  List<Drawn> hosts() {
    return hosts.values().stream().sorted(Comparator.comparing(Drawn::id)).toList();
  }

  List<Ask> on(Drawn host) {
    return placed.values().stream()
        .filter(place -> place.host().equals(host.id()))
        .map(Placed::ask)
        .toList();
  }

  long memoryOn(Drawn host) {
    return on(host).stream().mapToLong(Ask::memory).sum();
  }

  long milliCpusOn(Drawn host) {
    return on(host).stream().mapToLong(Ask::milliCpus).sum();
  }

  /** The hosts that may have it: with its soft wish when there is one that fulfils it. */
  List<Drawn> possible(Ask ask) {
    List<Drawn> wished =
        hosts().stream()
            .filter(host -> ask.softZone().isEmpty() || host.zone().equals(ask.softZone()))
            .filter(host -> isPossible(host, ask))
            .toList();
    return wished.isEmpty()
        ? hosts().stream().filter(host -> isPossible(host, ask)).toList()
        : wished;
  }

  private boolean isPossible(Drawn host, Ask ask) {
    List<Ask> there = on(host);
    List<Boolean> all = new ArrayList<>();
    all.add(host.healthy());
    all.add(there.stream().noneMatch(other -> clash(ask, other)));
    all.add(host.slots() == 0 || there.size() + 1 <= host.slots());
    all.add(ask.with().isEmpty() || ask.with().equals(host.id()));
    all.add(
        ask.avoid().isEmpty()
            || there.stream()
                .filter(other -> other.tenant().equals(ask.tenant()))
                .noneMatch(other -> other.name().equals(ask.avoid())));
    all.add(ask.zone().isEmpty() || ask.zone().equals(host.zone()));
    all.add(ask.imageOn().isEmpty() || ask.imageOn().equals(host.id()));
    all.add(
        ask.memory() == 0
            || (memoryOn(host) + ask.memory()) * 100 <= host.memory() * (100 + OVERCOMMIT));
    all.add(
        ask.milliCpus() == 0
            || (milliCpusOn(host) + ask.milliCpus()) * 100 <= host.cpus() * 1000L * 105);
    return all.stream().allMatch(each -> each);
  }

  private static boolean clash(Ask one, Ask two) {
    if (one.port() == 0 || one.port() != two.port() || one.udp() != two.udp()) {
      return false;
    }
    return one.address().equals("0.0.0.0")
        || two.address().equals("0.0.0.0")
        || one.address().equals(two.address());
  }

  /** Of those that may have it, the least full, then least populated, then first. */
  Optional<HostId> spread(Ask ask) {
    return possible(ask).stream()
        .min(
            Comparator.<Drawn>comparingLong(host -> score(host, ask))
                .thenComparingInt(host -> on(host).size())
                .thenComparing(Drawn::id))
        .map(host -> new HostId(host.id()));
  }

  private long score(Drawn host, Ask ask) {
    long memoryLimit = host.memory() + host.memory() * OVERCOMMIT / 100;
    long cpuLimit = host.cpus() * 10L * (100 + OVERCOMMIT);
    long memory = ask.memory() == 0 ? 100 : (memoryOn(host) + ask.memory()) * 100 / memoryLimit;
    long cpu = ask.milliCpus() == 0 ? 100 : (milliCpusOn(host) + ask.milliCpus()) * 100 / cpuLimit;
    return memory + cpu;
  }
}

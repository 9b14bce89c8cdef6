package dev.berth.manager.move;

import dev.berth.common.id.HostId;
import dev.berth.common.record.NetworkRecord;
import dev.berth.common.record.VolumeRecord;
import dev.berth.manager.cluster.ContainerRecords;
import dev.berth.manager.cluster.NetworkTransfers;
import dev.berth.manager.cluster.VolumeService;
import dev.berth.manager.view.Container;
import dev.berth.manager.view.Predefined;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Tells which containers of a host belong together. Safe for any thread. */
final class Groups {
  private static final Set<String> EVERYWHERE = Set.of(Predefined.BRIDGE, Predefined.NONE);

  private final NetworkTransfers networks;
  private final VolumeService volumes;
  private final ContainerRecords records;

  Groups(NetworkTransfers networks, VolumeService volumes, ContainerRecords records) {
    this.networks = networks;
    this.volumes = volumes;
    this.records = records;
  }

  /** Whether nothing of a group has left its host. */
  boolean isWhole(Group group) {
    return group.containers().stream()
            .allMatch(container -> records.find(container.record()).isPresent())
        && group(group.host(), group.containers()).begun().isEmpty();
  }

  /** What ties containers together, by what their engine calls it. */
  private record Tie(String kind, String engineName) {}

  /** The groups of some containers, all of that host, in the order of their first containers. */
  List<Group> of(HostId host, List<Container> containers) {
    Map<Tie, List<Container>> tied = new HashMap<>();
    for (Container container : containers) {
      ties(container)
          .forEach(tie -> tied.computeIfAbsent(tie, _ -> new ArrayList<>()).add(container));
    }
    List<Group> groups = new ArrayList<>();
    Set<Container> seen = new HashSet<>();
    for (Container first : containers) {
      if (seen.add(first)) {
        groups.add(group(host, from(first, tied, seen)));
      }
    }
    return groups;
  }

  private static List<Container> from(
      Container first, Map<Tie, List<Container>> tied, Set<Container> seen) {
    List<Container> members = new ArrayList<>();
    Deque<Container> toLookAt = new ArrayDeque<>(List.of(first));
    while (!toLookAt.isEmpty()) {
      Container member = toLookAt.poll();
      members.add(member);
      for (Tie tie : ties(member)) {
        tied.get(tie).stream().filter(seen::add).forEach(toLookAt::add);
      }
    }
    members.sort(Comparator.comparing(Container::created));
    return members;
  }

  private static Set<Tie> ties(Container container) {
    Set<Tie> ties = new LinkedHashSet<>();
    for (String network : networksOf(container)) {
      ties.add(new Tie("network", container.tenant() + "." + network));
    }
    container.volumes().forEach(volume -> ties.add(new Tie("volume", volume)));
    return ties;
  }

  /** The networks of a container that its tenant made. */
  static Set<String> networksOf(Container container) {
    Set<String> own = new LinkedHashSet<>(container.networks());
    own.removeAll(EVERYWHERE);
    return own;
  }

  private Group group(HostId host, List<Container> members) {
    Set<NetworkRecord> here = new LinkedHashSet<>();
    Set<HostId> elsewhere = new HashSet<>();
    for (Container member : members) {
      for (String network : networksOf(member)) {
        Optional<NetworkRecord> record = networks.find(member.tenant(), network);
        record.filter(each -> each.host().equals(host.value())).ifPresent(here::add);
        record.map(each -> new HostId(each.host())).ifPresent(elsewhere::add);
      }
      for (String volume : member.volumes()) {
        volumes
            .find(member.tenant(), member.ownName(volume))
            .map(VolumeRecord::host)
            .map(HostId::new)
            .ifPresent(elsewhere::add);
      }
    }
    elsewhere.remove(host);
    return new Group(host, members, List.copyOf(here), elsewhere);
  }
}

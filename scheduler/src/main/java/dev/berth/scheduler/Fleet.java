package dev.berth.scheduler;

import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.common.resource.Resources;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All hosts and what is reserved on them. A container holds its reservation from its placement to
 * its removal, whether it runs or not.
 *
 * <p>One thread at a time: who decides is the only writer. The same calls in the same order give
 * the same places.
 */
public final class Fleet {
  private final TreeMap<HostId, Ledger> hosts = new TreeMap<>();
  private final Map<RecordId, HostId> places = new HashMap<>();

  /** A host is new or has changed; what is reserved on it stays. */
  public void put(Host host) {
    hosts.computeIfAbsent(host.id(), _ -> new Ledger(host)).update(host);
  }

  public Optional<Host> host(HostId id) {
    return Optional.ofNullable(hosts.get(id)).map(Ledger::host);
  }

  /**
   * Chooses a host and reserves the place: of those that pass every filter the least full, then the
   * one with the fewest containers, then the first by id.
   */
  public Placement place(Request request) {
    List<Ledger> left = new ArrayList<>(hosts.values());
    List<Placement.Removal> removed = new ArrayList<>();
    for (Filter filter : Filter.values()) {
      int before = left.size();
      left.removeIf(host -> !filter.admits(host, request));
      if (left.size() < before) {
        removed.add(new Placement.Removal(filter, before - left.size()));
      }
    }
    if (left.isEmpty()) {
      return new Placement.Refused(removed);
    }
    Ledger best = left.getFirst();
    for (Ledger host : left) {
      if (isBetter(host, best, request.resources())) {
        best = host;
      }
    }
    reserve(best.host().id(), request);
    return new Placement.Placed(best.host().id());
  }

  private static boolean isBetter(Ledger host, Ledger best, Resources asked) {
    long score = host.score(asked);
    long bestScore = best.score(asked);
    return score < bestScore || (score == bestScore && host.containers() < best.containers());
  }

  /**
   * Reserves on a host where the container is already, even beyond what there is. A reservation of
   * the same id is replaced.
   */
  public void reserve(HostId host, Request request) {
    release(request.id());
    hosts
        .computeIfAbsent(host, id -> new Ledger(new Host(id, Resources.NONE, false)))
        .reserve(request);
    places.put(request.id(), host);
  }

  /** Gives back what was reserved; nothing happens when nothing was. */
  public void release(RecordId id) {
    HostId host = places.remove(id);
    if (host != null) {
      hosts.get(host).release(id);
    }
  }

  /** What is reserved on that host. */
  public Resources reserved(HostId host) {
    return Optional.ofNullable(hosts.get(host)).map(Ledger::reserved).orElse(Resources.NONE);
  }

  /** What is reserved by these, wherever they are. */
  public Resources reserved(Collection<RecordId> ids) {
    Resources sum = Resources.NONE;
    for (RecordId id : ids) {
      HostId host = places.get(id);
      if (host != null) {
        sum = sum.plus(hosts.get(host).reservedBy(id));
      }
    }
    return sum;
  }

  /** Whether some container of the fleet, on whatever host, publishes that port. */
  public boolean isPublished(Port port) {
    return hosts.values().stream().anyMatch(host -> host.isTaken(port));
  }

  /** How many containers have their place on that host. */
  public int containers(HostId host) {
    return Optional.ofNullable(hosts.get(host)).map(Ledger::containers).orElse(0);
  }
}

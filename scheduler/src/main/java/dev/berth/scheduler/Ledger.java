package dev.berth.scheduler;

import dev.berth.common.id.RecordId;
import dev.berth.common.resource.Resources;
import java.util.HashMap;
import java.util.Map;

/** One host and what is reserved on it. For the fleet's thread. */
final class Ledger {
  /** Classic Swarm's default: a twentieth more than there is may be reserved. */
  private static final int OVERCOMMIT_PERCENT = 105;

  private final Map<RecordId, Request> reservations = new HashMap<>();
  private final Map<Port, Integer> ports = new HashMap<>();
  private Host host;
  private Resources reserved = Resources.NONE;

  Ledger(Host host) {
    this.host = host;
  }

  Host host() {
    return host;
  }

  void update(Host now) {
    host = now;
  }

  Resources reserved() {
    return reserved;
  }

  Resources reservedBy(RecordId id) {
    Request request = reservations.get(id);
    return request == null ? Resources.NONE : request.resources();
  }

  int containers() {
    return reservations.size();
  }

  boolean isTaken(Port port) {
    return ports.keySet().stream().anyMatch(port::clashesWith);
  }

  /** Whether a dimension that is asked for stays within its bound; one that is not always does. */
  boolean hasRoomFor(Resources asked) {
    Resources after = reserved.plus(asked);
    return (asked.nanoCpus() == 0 || after.nanoCpus() <= bound(host.capacity().nanoCpus()))
        && (asked.memory() == 0 || after.memory() <= bound(host.capacity().memory()));
  }

  private static long bound(long capacity) {
    return capacity / 100 * OVERCOMMIT_PERCENT;
  }

  /**
   * How full the host would be with the request: the sum of what would be reserved of each
   * dimension that is asked for, in whole percent, and a hundred for each that is not (classic
   * Swarm's score).
   */
  long score(Resources asked) {
    Resources after = reserved.plus(asked);
    return percent(asked.nanoCpus(), after.nanoCpus(), host.capacity().nanoCpus())
        + percent(asked.memory(), after.memory(), host.capacity().memory());
  }

  private static long percent(long asked, long after, long capacity) {
    if (asked == 0) {
      return 100;
    }
    return capacity == 0 ? Long.MAX_VALUE / 4 : Math.round(Math.floor(after * 100.0 / capacity));
  }

  void reserve(Request request) {
    release(request.id());
    reservations.put(request.id(), request);
    reserved = reserved.plus(request.resources());
    request.ports().forEach(port -> ports.merge(port, 1, Integer::sum));
  }

  /** Gives back what was reserved; whether anything was. */
  boolean release(RecordId id) {
    Request request = reservations.remove(id);
    if (request == null) {
      return false;
    }
    reserved = reserved.minus(request.resources());
    request.ports().forEach(port -> ports.computeIfPresent(port, (_, n) -> n == 1 ? null : n - 1));
    return true;
  }
}

package dev.berth.scheduler.rebalance;

import dev.berth.common.id.HostId;
import dev.berth.scheduler.HostState;
import dev.berth.scheduler.Request;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Empties hosts, the emptiest first, each wholly or not at all: half a host less is no host less.
 * What has to move goes to hosts that are in use anyway, and no soft hint is given up for it.
 */
final class Packing {
  private record Tried(Request held, HostId to) {}

  private final Trial trial;

  Packing(Trial trial) {
    this.trial = trial;
  }

  void run() {
    for (HostState host : trial.sources(Comparator.comparingDouble(Measure::largestShare))) {
      if (trial.isExhausted()) {
        break;
      }
      trial.close(host.id());
      if (!isEmptied(host)) {
        trial.open(host.id());
      }
    }
  }

  private boolean isEmptied(HostState host) {
    List<Request> containers = Trial.containers(host);
    if (containers.size() > trial.movesLeft()) {
      return false;
    }
    List<Tried> tried = new ArrayList<>();
    for (Request held : containers) {
      Optional<HostId> to = target(held, host);
      if (to.isEmpty()) {
        tried.reversed().forEach(move -> trial.takeBack(move.held(), host.id()));
        return false;
      }
      tried.add(new Tried(held, to.get()));
    }
    tried.forEach(move -> trial.keep(new Move(move.held().id(), host.id(), move.to())));
    return true;
  }

  private Optional<HostId> target(Request held, HostState host) {
    Optional<Request> asked = trial.isExhausted() ? Optional.empty() : trial.asked(held, host);
    Optional<HostId> to =
        asked.flatMap(request -> trial.move(held, request.insisting(), host.id()));
    if (to.isEmpty()) {
      asked.ifPresent(request -> trial.tellIfBound(held, request, host.id()));
    } else if (trial.host(to.get()).containers() == 1) {
      // It was empty before: nothing is gained.
      trial.takeBack(held, host.id());
      return Optional.empty();
    }
    return to;
  }
}

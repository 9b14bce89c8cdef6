package dev.berth.manager.cluster;

import dev.berth.common.resource.Resources;
import dev.berth.scheduler.Extras;
import dev.berth.scheduler.HostState;
import dev.berth.scheduler.Request;
import dev.berth.scheduler.ResourceKind;
import java.util.Map;
import java.util.Optional;

/**
 * That a container is to reserve something else where it is. It can always shrink, also on a host
 * that has become too full.
 *
 * @param held what it reserves now; empty for nothing
 * @param wanted what it is to reserve
 */
record Growth(Optional<Request> held, Request wanted) {

  void requireRoom(HostState host) throws RefusedPlacementException {
    Resources before = held.map(Request::resources).orElse(Resources.NONE);
    Resources after = wanted.resources();
    Resources rest = host.used().minus(before);
    Resources limit = host.limit();
    boolean fits =
        fits(
                before.cpus().value(),
                after.cpus().value(),
                limit.cpus().value() - rest.cpus().value())
            && fits(
                before.memory().value(),
                after.memory().value(),
                limit.memory().value() - rest.memory().value());
    if (!fits) {
      throw noRoom("%s and %s of memory".formatted(after.cpus(), after.memory()));
    }
    Extras heldBesides = held.map(each -> each.demands().extras()).orElse(Extras.NONE);
    for (Map.Entry<ResourceKind, Long> each : wanted.demands().extras().amounts().entrySet()) {
      long more = each.getValue() - heldBesides.of(each.getKey());
      if (more > 0 && !host.hasRoom(each.getKey(), more)) {
        throw noRoom("%d of %s".formatted(each.getValue(), each.getKey()));
      }
    }
  }

  private static boolean fits(long held, long wanted, long free) {
    return wanted <= held || wanted <= free;
  }

  private static RefusedPlacementException noRoom(String wanted) {
    return new RefusedPlacementException(
        "no resources available: the container's host has no room for it to grow to "
            + wanted
            + "; ask for less, or make it anew, so that it is placed where there is room");
  }
}

package dev.berth.manager.cluster;

import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.scheduler.Fleet;
import dev.berth.scheduler.HostState;
import dev.berth.scheduler.Placement;
import dev.berth.scheduler.Pressure;
import dev.berth.scheduler.Request;
import dev.berth.scheduler.Strategy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Looks for the one host that can have several containers at once. Of those that can, it wants what
 * the fleet wants for a single one: no pressed host while another will do, and then as many soft
 * hints kept as can be. What it tries out in the fleet it takes back.
 */
final class Together {
  private record Fit(HostState host, int dropped) {
    static final Comparator<Fit> ORDER =
        Comparator.<Fit, Pressure>comparing(fit -> fit.host().pressure())
            .thenComparingInt(Fit::dropped);
  }

  private final Fleet fleet;
  private final List<Request> asked;

  /** With what the fleet is asked for each. */
  Together(Fleet fleet, List<Request> asked) {
    this.fleet = fleet;
    this.asked = List.copyOf(asked);
  }

  /** The best host; between several that are as good the strategy decides for the first. */
  Optional<HostId> host(HostId except, Strategy strategy) {
    List<Fit> fits = new ArrayList<>();
    for (HostState host : fleet.hosts()) {
      if (!host.id().equals(except)) {
        fit(host).ifPresent(fits::add);
      }
    }
    Optional<Fit> best = fits.stream().min(Fit.ORDER);
    return best.map(
        least ->
            strategy
                .choose(
                    fits.stream()
                        .filter(fit -> Fit.ORDER.compare(fit, least) == 0)
                        .map(Fit::host)
                        .toList(),
                    asked.getFirst())
                .id());
  }

  /** How many containers would lose their soft hints there; empty when not all have room. */
  private Optional<Fit> fit(HostState host) {
    List<RecordId> placed = new ArrayList<>();
    int dropped = 0;
    try {
      for (Request each : asked) {
        Request request = each.on(host.id());
        boolean isWhole = isPlaced(request.insisting());
        if (!isWhole && !isPlaced(request.withoutSoftHints())) {
          return Optional.empty();
        }
        placed.add(each.id());
        dropped += isWhole ? 0 : 1;
      }
      return Optional.of(new Fit(host, dropped));
    } finally {
      placed.forEach(fleet::release);
    }
  }

  private boolean isPlaced(Request request) {
    return fleet.place(request) instanceof Placement.Placed;
  }
}

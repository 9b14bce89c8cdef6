package dev.berth.manager.ops;

import java.util.List;
import java.util.Set;

/** Routes of which some answer only that what they are for is switched off, and what to do. */
public record SwitchedOff(OpsRoutes others, Set<String> actions, String sentence)
    implements OpsRoutes {

  @Override
  public List<OpsRoute> routes() {
    return others.routes().stream().map(this::orOff).toList();
  }

  private OpsRoute orOff(OpsRoute route) {
    return actions.contains(route.action())
        ? route.with(
            _ -> {
              throw new OpsException(404, sentence);
            })
        : route;
  }
}

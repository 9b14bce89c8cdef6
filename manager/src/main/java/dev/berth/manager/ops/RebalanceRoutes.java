package dev.berth.manager.ops;

import dev.berth.manager.cluster.NoLeaderException;
import dev.berth.manager.move.Rebalancing;
import dev.berth.scheduler.rebalance.Goal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What moves would bring the fleet nearer to a goal. */
public final class RebalanceRoutes implements OpsRoutes {
  private final Rebalancing rebalancing;

  public RebalanceRoutes(Rebalancing rebalancing) {
    this.rebalancing = rebalancing;
  }

  @Override
  public List<OpsRoute> routes() {
    return List.of(
        new OpsRoute(
            "GET",
            "/berth/v1/rebalance/{goal}",
            OpsRoute.ADMIN,
            "moves that would bring the fleet nearer to spread, balanced or binpack; nothing is"
                + " moved",
            this::plan));
  }

  private OpsAnswer plan(OpsCall call) {
    String word = call.value("goal");
    Goal goal =
        Arrays.stream(Goal.values())
            .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(word))
            .findFirst()
            .orElseThrow(
                () ->
                    OpsException.badRequest(
                        "there is no goal \"%s\": use spread, balanced or binpack"
                            .formatted(word)));
    try {
      return OpsAnswer.ok(rebalancing.plan(goal));
    } catch (NoLeaderException e) {
      throw new OpsException(
          503, e.getMessage() + ": ask the one that does ('berth status' says which)");
    }
  }
}

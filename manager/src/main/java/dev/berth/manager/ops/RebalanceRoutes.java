package dev.berth.manager.ops;

import dev.berth.manager.cluster.NoLeaderException;
import dev.berth.manager.move.Rebalancing;
import dev.berth.scheduler.rebalance.Goal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What moves would bring the fleet nearer to a goal. */
public final class RebalanceRoutes implements OpsRoutes {
  private static final OpsShape.Fields MEASURE =
      OpsShape.named(
          "FleetMeasure",
          OpsPart.always("hosts", OpsShape.Plain.NUMBER, "how many are healthy"),
          OpsPart.always("used", OpsShape.Plain.NUMBER, "how many of them have a container"),
          OpsPart.always(
              "fullest",
              OpsShape.Plain.AMOUNT,
              "the largest share of CPU or memory that is reserved on one, in percent of its limit"),
          OpsPart.always(
              "unevenness",
              OpsShape.Plain.AMOUNT,
              "the sum over hosts of the squares of their shares: the lower, the more even"));

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
                this::plan)
            .answering(
                OpsPart.always(
                    "moves",
                    OpsShape.listOf(
                        OpsShape.fields(
                            OpsPart.always("tenant", OpsShape.Plain.TEXT, "whose container it is"),
                            OpsPart.always("name", OpsShape.Plain.TEXT, "what its tenant calls it"),
                            OpsPart.always(
                                "from", OpsShape.Plain.TEXT, "the id of the host that it is on"),
                            OpsPart.always(
                                "to", OpsShape.Plain.TEXT, "the id of the host that is better"),
                            OpsPart.always(
                                "isRunning",
                                OpsShape.Plain.FLAG,
                                "whether it would be stopped and started again"))),
                    "in an order in which each is possible once those before it are done"),
                OpsPart.always(
                    "stays",
                    OpsShape.listOf(
                        OpsShape.fields(
                            OpsPart.always("tenant", OpsShape.Plain.TEXT, "whose container it is"),
                            OpsPart.always("name", OpsShape.Plain.TEXT, "what its tenant calls it"),
                            OpsPart.always("host", OpsShape.Plain.TEXT, "the id of its host"),
                            OpsPart.always("why", OpsShape.Plain.TEXT, "why it cannot move"))),
                    "containers that would have been tried but cannot move"),
                OpsPart.always("before", MEASURE, "how the fleet stands"),
                OpsPart.always("after", MEASURE, "how it would stand after the moves")));
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

package dev.berth.manager.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.manager.cluster.ForwardingPlacer;
import dev.berth.manager.cluster.NoLeaderException;
import dev.berth.manager.cluster.PlacementHints;
import dev.berth.manager.cluster.PlacerDesk;
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

  private static final OpsShape.Fields PLAN =
      OpsShape.named(
          "RebalancePlan",
          OpsPart.always("goal", OpsShape.Plain.TEXT, "what the fleet would come nearer to"),
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
              "containers that would have been tried but cannot move, up to 100"),
          OpsPart.always("moreStays", OpsShape.Plain.NUMBER, "how many besides cannot move"),
          OpsPart.always("before", MEASURE, "how the fleet stands"),
          OpsPart.always("after", MEASURE, "how it would stand after the moves"));

  /** The path by which another manager asks the one that leads. */
  public static final String CALL = PlacerDesk.PREFIX + "rebalance";

  private final Rebalancing rebalancing;
  private final ForwardingPlacer placer;
  private final Goal usual;

  /**
   * @param placer finds who leads
   * @param strategy the cluster's own, which is the goal when the caller has none
   */
  public RebalanceRoutes(
      Rebalancing rebalancing, ForwardingPlacer placer, PlacementHints.Choice strategy) {
    this.rebalancing = rebalancing;
    this.placer = placer;
    this.usual =
        switch (strategy) {
          case BINPACK -> Goal.BINPACK;
          case BALANCED -> Goal.BALANCED;
          // Chance fills hosts evenly in the long run.
          case SPREAD, RANDOM -> Goal.SPREAD;
        };
  }

  @Override
  public List<OpsRoute> routes() {
    return List.of(
        new OpsRoute(
                "GET",
                "/berth/v1/rebalance",
                OpsRoute.ADMIN,
                "moves that would bring the fleet nearer to the cluster's strategy; nothing is"
                    + " moved",
                _ -> plan(usual))
            .answering(PLAN),
        new OpsRoute(
                "GET",
                "/berth/v1/rebalance/{goal}",
                OpsRoute.ADMIN,
                "moves that would bring the fleet nearer to spread, balanced or binpack; nothing is"
                    + " moved",
                call -> plan(goal(call.value("goal"))))
            .answering(PLAN));
  }

  private static Goal goal(String word) {
    return Arrays.stream(Goal.values())
        .filter(each -> word(each).equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                OpsException.badRequest(
                    "there is no goal \"%s\": use spread, balanced or binpack".formatted(word)));
  }

  private static String word(Goal goal) {
    return goal.name().toLowerCase(Locale.ROOT);
  }

  private OpsAnswer plan(Goal goal) {
    try {
      return OpsAnswer.ok(placer.ask(CALL, OpsJson.object().put("goal", word(goal)), this::answer));
    } catch (NoLeaderException e) {
      throw new OpsException(503, e.getMessage());
    }
  }

  /**
   * Answers while this manager leads: the body of the call's answer.
   *
   * @param question with the goal
   */
  public JsonNode answer(JsonNode question) throws NoLeaderException {
    Goal goal = Goal.valueOf(question.path("goal").asText().toUpperCase(Locale.ROOT));
    ObjectNode plan = (ObjectNode) OpsJson.tree(rebalancing.plan(goal));
    return plan.put("goal", word(goal));
  }
}

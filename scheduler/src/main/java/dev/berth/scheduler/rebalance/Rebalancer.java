package dev.berth.scheduler.rebalance;

import dev.berth.scheduler.Fleet;
import dev.berth.scheduler.Request;
import java.util.function.Function;

/**
 * Looks for moves that bring a fleet nearer to a goal, one after the other, each the best that its
 * strategy knows: a local search, without promise of the best of all.
 *
 * <p>Deterministic and stateless. It works on a copy of the fleet; the copy is made in the fleet's
 * thread, in time and memory that grow with its reservations. Only healthy hosts give or take
 * containers: what is on a host that is lost or drained is not its affair.
 */
public final class Rebalancer {
  private final Goal goal;
  private final Limits limits;

  public Rebalancer(Goal goal, Limits limits) {
    this.goal = goal;
    this.limits = limits;
  }

  /**
   * Proposes moves, none when there is nothing to gain.
   *
   * @param mobility asked once or more for containers of the fleet, by what they have reserved
   */
  public Proposal propose(Fleet fleet, Function<Request, Mobility> mobility) {
    Trial trial = new Trial(fleet.copy(), goal.strategy(), limits, mobility);
    Measure before = Measure.of(fleet.hosts());
    if (goal == Goal.BINPACK) {
      new Packing(trial).run();
    } else {
      new Levelling(trial, limits.gain()).run();
    }
    return new Proposal(
        trial.moves(), before, Measure.of(trial.hosts()), trial.stays(), trial.moreStays());
  }
}

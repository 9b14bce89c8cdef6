package dev.berth.benchmarks.placement;

import ai.timefold.solver.core.api.domain.solution.PlanningEntityCollectionProperty;
import ai.timefold.solver.core.api.domain.solution.PlanningScore;
import ai.timefold.solver.core.api.domain.solution.PlanningSolution;
import ai.timefold.solver.core.api.domain.solution.ProblemFactCollectionProperty;
import ai.timefold.solver.core.api.domain.valuerange.ValueRangeProvider;
import ai.timefold.solver.core.api.score.HardMediumSoftScore;
import java.util.List;

/** Tasks that are to be packed on hosts, as Timefold sees it, which wants its fields public. */
@PlanningSolution
public class Packing {
  @ProblemFactCollectionProperty @ValueRangeProvider public List<Bin> bins = List.of();

  @PlanningEntityCollectionProperty public List<Packed> tasks = List.of();

  @PlanningScore public HardMediumSoftScore score = HardMediumSoftScore.ZERO;

  /** For Timefold, which makes copies. */
  public Packing() {}

  Packing(List<Bin> bins, List<Packed> tasks) {
    this.bins = bins;
    this.tasks = tasks;
  }

  /**
   * A host.
   *
   * @param memory MiB
   */
  public record Bin(int number, long milliCpus, long memory) {}
}

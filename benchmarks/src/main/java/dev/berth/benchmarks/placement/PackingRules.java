package dev.berth.benchmarks.placement;

import ai.timefold.solver.core.api.score.HardMediumSoftScore;
import ai.timefold.solver.core.api.score.stream.Constraint;
import ai.timefold.solver.core.api.score.stream.ConstraintCollectors;
import ai.timefold.solver.core.api.score.stream.ConstraintFactory;
import ai.timefold.solver.core.api.score.stream.ConstraintProvider;

/** No host over its limit; then as few tasks as possible without a host; then as few hosts. */
public final class PackingRules implements ConstraintProvider {

  @Override
  public Constraint[] defineConstraints(ConstraintFactory factory) {
    return new Constraint[] {cpus(factory), memory(factory), unplaced(factory), used(factory)};
  }

  private static Constraint cpus(ConstraintFactory factory) {
    return factory
        .forEach(Packed.class)
        .groupBy(Packed::bin, ConstraintCollectors.sum(Packed::milliCpus))
        .filter((bin, sum) -> sum > bin.milliCpus())
        .penalize(HardMediumSoftScore.ONE_HARD, (bin, sum) -> sum - bin.milliCpus())
        .asConstraint("cpus");
  }

  private static Constraint memory(ConstraintFactory factory) {
    return factory
        .forEach(Packed.class)
        .groupBy(Packed::bin, ConstraintCollectors.sum(Packed::memory))
        .filter((bin, sum) -> sum > bin.memory())
        .penalize(HardMediumSoftScore.ONE_HARD, (bin, sum) -> sum - bin.memory())
        .asConstraint("memory");
  }

  private static Constraint unplaced(ConstraintFactory factory) {
    return factory
        .forEachIncludingUnassigned(Packed.class)
        .filter(packed -> packed.bin() == null)
        .penalize(HardMediumSoftScore.ONE_MEDIUM)
        .asConstraint("without a host");
  }

  private static Constraint used(ConstraintFactory factory) {
    return factory
        .forEach(Packed.class)
        .groupBy(Packed::bin)
        .penalize(HardMediumSoftScore.ONE_SOFT)
        .asConstraint("hosts");
  }
}

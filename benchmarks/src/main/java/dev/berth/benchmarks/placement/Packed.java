package dev.berth.benchmarks.placement;

import ai.timefold.solver.core.api.domain.common.PlanningId;
import ai.timefold.solver.core.api.domain.entity.PlanningEntity;
import ai.timefold.solver.core.api.domain.variable.PlanningVariable;

/** A task and the host that Timefold gives it, or none. */
@PlanningEntity
public class Packed {
  @PlanningId public int id;
  private long milliCpus;
  private long memory;

  @PlanningVariable(allowsUnassigned = true)
  public Packing.Bin bin;

  /** For Timefold, which makes copies. */
  public Packed() {}

  Packed(Task task) {
    id = task.id();
    milliCpus = task.milliCpus();
    memory = task.memory();
  }

  long milliCpus() {
    return milliCpus;
  }

  long memory() {
    return memory;
  }

  Packing.Bin bin() {
    return bin;
  }
}

package dev.berth.scheduler;

import dev.berth.common.resource.Resources;
import java.util.Optional;

/**
 * What a host offers besides CPU and memory, and on what terms. Immutable.
 *
 * @param extras what it has of other kinds
 * @param reserve what its system keeps for itself: taken off its capacity before overcommit
 * @param overcommit instead of the fleet's, when there is one
 */
public record HostTerms(
    Extras extras, Resources reserve, Optional<Overcommit> overcommit, Pressure pressure) {
  public static final HostTerms USUAL =
      new HostTerms(Extras.NONE, Resources.NONE, Optional.empty(), Pressure.NONE);

  public HostTerms with(Extras newExtras) {
    return new HostTerms(newExtras, reserve, overcommit, pressure);
  }

  public HostTerms keeping(Resources newReserve) {
    return new HostTerms(extras, newReserve, overcommit, pressure);
  }

  public HostTerms with(Overcommit newOvercommit) {
    return new HostTerms(extras, reserve, Optional.of(newOvercommit), pressure);
  }

  public HostTerms under(Pressure newPressure) {
    return new HostTerms(extras, reserve, overcommit, newPressure);
  }
}

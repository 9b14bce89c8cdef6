package dev.berth.scheduler.rebalance;

import dev.berth.common.id.HostId;
import dev.berth.scheduler.HostState;
import dev.berth.scheduler.Pressure;
import dev.berth.scheduler.Request;
import java.util.Comparator;
import java.util.Optional;

/**
 * Moves containers from the fullest hosts to where the strategy would have them now, as long as
 * each move makes the fleet more even, or takes something off a host that is pressed.
 */
final class Levelling {
  private static final Comparator<HostState> PRESSED_THEN_FULLEST =
      Comparator.<HostState, Boolean>comparing(host -> host.pressure() == Pressure.NONE)
          .thenComparing(Comparator.comparingDouble(Measure::largestShare).reversed());

  private final Trial trial;
  private final double gain;

  Levelling(Trial trial, double gain) {
    this.trial = trial;
    this.gain = gain;
  }

  void run() {
    boolean hasMoved = true;
    while (hasMoved && !trial.isExhausted()) {
      hasMoved = moveOne();
    }
  }

  private boolean moveOne() {
    for (HostState host : trial.sources(PRESSED_THEN_FULLEST)) {
      for (Request held : Trial.containers(host)) {
        if (trial.isExhausted()) {
          return false;
        }
        if (isMoved(held, host)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean isMoved(Request held, HostState host) {
    Optional<Request> asked = trial.asked(held, host);
    if (asked.isEmpty()) {
      return false;
    }
    double before = Measure.unevenness(host);
    Optional<HostId> to = trial.move(held, asked.get(), host.id());
    if (to.isEmpty()) {
      trial.tellIfBound(held, asked.get(), host.id());
      return false;
    }
    HostState target = trial.host(to.get());
    double fall = before - Measure.unevenness(host) - addedTo(target, asked.get());
    boolean isRelief = host.pressure() != Pressure.NONE;
    if (fall < gain && !isRelief) {
      trial.takeBack(held, host.id());
      return false;
    }
    trial.keep(new Move(held.id(), host.id(), target.id()));
    return true;
  }

  /** How much more uneven the target has become by what it has just got. */
  private static double addedTo(HostState target, Request got) {
    return Measure.unevenness(target) - Measure.unevennessWithout(target, got.resources());
  }
}

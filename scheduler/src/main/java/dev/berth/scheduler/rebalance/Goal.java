package dev.berth.scheduler.rebalance;

import dev.berth.scheduler.Strategy;
import dev.berth.scheduler.strategy.Balanced;
import dev.berth.scheduler.strategy.Binpack;
import dev.berth.scheduler.strategy.Spread;

/** What a fleet shall come nearer to. */
public enum Goal {
  /** All hosts equally full. */
  SPREAD,

  /** No host with a resource much scarcer than on others. */
  BALANCED,

  /** As few hosts as can be in use. */
  BINPACK;

  Strategy strategy() {
    return switch (this) {
      case SPREAD -> new Spread();
      case BALANCED -> new Balanced();
      case BINPACK -> new Binpack();
    };
  }
}

package dev.berth.agent.engine;

import dev.berth.common.id.Epoch;

/** A call was decided by a leader that has been replaced. */
public final class StaleEpochException extends Exception {
  StaleEpochException(Epoch given, Epoch newest) {
    super(
        "the call was decided in epoch %s, but epoch %s has begun; ask the new leader"
            .formatted(given, newest));
  }
}

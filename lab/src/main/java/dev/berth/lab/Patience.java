package dev.berth.lab;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Bounded waiting for what the kernel or another process does and tells nobody about. */
final class Patience {

  private static final Duration STEP = Duration.ofMillis(5);

  private Patience() {}

  /**
   * Whether the condition came true in time; an interrupt ends the wait with an exception and stays
   * set.
   */
  static boolean await(Duration limit, BooleanSupplier condition) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new LabException("interrupted while waiting on the lab");
      }
      LockSupport.parkNanos(STEP.toNanos());
    }
    return true;
  }
}

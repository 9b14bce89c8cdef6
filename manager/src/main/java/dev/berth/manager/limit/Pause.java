package dev.berth.manager.limit;

import java.time.Duration;

/** How to wait. */
@FunctionalInterface
interface Pause {
  Pause REAL = Thread::sleep;

  void last(Duration time) throws InterruptedException;
}

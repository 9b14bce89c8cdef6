package dev.berth.manager.limit;

/** How fast something may go on. Safe for any thread. */
@FunctionalInterface
public interface Pace {
  Pace FREE = () -> {};

  /** Waits until the next one may go out. */
  void next() throws InterruptedException;
}

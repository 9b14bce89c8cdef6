package dev.berth.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.Supplier;

/** Tells a person at a terminal that work goes on which has nothing to show until its end. */
public final class Progress {
  private static final Duration STEP = Duration.ofSeconds(1);
  private static final String CLEAR = "\r\033[K";

  private Progress() {}

  /**
   * Does the work. When that takes more than a second, a line of standard error says what it is and
   * for how long it goes on, and is gone with its end; the work prints nothing itself.
   */
  public static <T> T show(Surroundings surroundings, String what, Supplier<T> work) {
    if (!surroundings.isTerminal()) {
      return work.get();
    }
    Thread teller = Thread.ofVirtual().start(() -> tell(surroundings.err(), what));
    try {
      return work.get();
    } finally {
      teller.interrupt();
      awaitEnd(teller);
    }
  }

  private static void tell(PrintWriter err, String what) {
    long seconds = 0;
    while (hasPassed(STEP)) {
      seconds++;
      err.printf("%sberth: %s, for %d s now", CLEAR, what, seconds);
      err.flush();
    }
    if (seconds > 0) {
      err.print(CLEAR);
      err.flush();
    }
  }

  private static boolean hasPassed(Duration time) {
    try {
      Thread.sleep(time);
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  /** What is printed next must not meet the line. */
  private static void awaitEnd(Thread teller) {
    try {
      teller.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

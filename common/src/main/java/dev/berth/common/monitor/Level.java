package dev.berth.common.monitor;

import java.util.Arrays;

/** How much pressure there is on a host's memory or disk, and so whether it takes new work. */
public enum Level {
  /** It takes what fits. */
  NONE(0),
  /** It is taken when no other host fits. */
  AVOID(1),
  /** It takes nothing new. */
  REFUSE(2);

  private final int number;

  Level(int number) {
    this.number = number;
  }

  /** As metrics have it: 0, 1 and 2. */
  public int number() {
    return number;
  }

  /** The level that metrics give as that number; none for a number that means nothing. */
  public static Level of(double number) {
    return Arrays.stream(values()).filter(level -> level.number == number).findFirst().orElse(NONE);
  }
}

package dev.berth.scheduler.strategy;

/**
 * A part of a whole, compared without rounding. Nothing of nothing is no share; something of
 * nothing is more than any other.
 *
 * @param part not negative
 * @param whole not negative
 */
record Share(long part, long whole) implements Comparable<Share> {
  private static final int PERCENT = 100;

  /** Both products in full 128 bits: amounts may be as large as a petabyte. */
  @Override
  public int compareTo(Share other) {
    if (isEndless() || other.isEndless()) {
      return Boolean.compare(isEndless(), other.isEndless());
    }
    long high = Math.multiplyHigh(part, other.divisor());
    long otherHigh = Math.multiplyHigh(other.part, divisor());
    return high != otherHigh
        ? Long.compare(high, otherHigh)
        : Long.compareUnsigned(part * other.divisor(), other.part * divisor());
  }

  private boolean isEndless() {
    return whole == 0 && part > 0;
  }

  private long divisor() {
    return whole == 0 ? 1 : whole;
  }

  static Share larger(Share one, Share other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  /** Rounded down. */
  long percent() {
    return isEndless() ? Long.MAX_VALUE : (long) ((double) part * PERCENT / divisor());
  }
}

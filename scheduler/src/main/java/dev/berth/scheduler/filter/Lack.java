package dev.berth.scheduler.filter;

/** How much of what is asked for is not there, so that hosts with different amounts compare. */
final class Lack {
  private static final long THOUSAND = 1_000;

  private Lack() {}

  /**
   * In thousandths of what is asked for.
   *
   * @param left what nobody has reserved; negative on a host over its limit
   */
  static long of(long asked, long left) {
    return asked == 0 || asked <= left ? 0 : (asked - left) * THOUSAND / asked;
  }
}

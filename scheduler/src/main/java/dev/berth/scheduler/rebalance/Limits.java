package dev.berth.scheduler.rebalance;

/**
 * How much may be proposed, and how hard it is looked for.
 *
 * @param moves at most so many, each of another container
 * @param tries at most so many containers are tried: one that cannot move, once, as it takes a look
 *     at its record; any other as often as it is placed anew, which takes as long as a real
 *     placement, and for each that finds no better host it is tried once more whether any other can
 *     have it
 * @param gain how much {@link Measure#unevenness} must fall by each single move, else it is not
 *     worth one; does not count for {@link Goal#BINPACK}
 */
public record Limits(int moves, int tries, double gain) {
  public static final Limits USUAL = new Limits(20, 2_000, 0.000_1);

  public Limits {
    if (moves < 0 || tries < 0 || !(gain > 0)) {
      throw new IllegalArgumentException(
          "invalid limits of %d moves, %d tries and a gain of %s: use no negative number, and a gain"
                  .formatted(moves, tries, gain)
              + " above 0");
    }
  }
}

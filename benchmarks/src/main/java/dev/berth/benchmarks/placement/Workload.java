package dev.berth.benchmarks.placement;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** Hosts and tasks, the same for each rival from the same seed. */
final class Workload implements Source {
  /** What tasks ask for beside CPU and memory. */
  enum Asks {
    /** Nothing. */
    NOTHING,
    /** Half of them one of eight zones. */
    ZONES,
    /**
     * Half of them one of eight zones, all of them no host with another of their group, and a
     * quarter of them one of a hundred ports.
     */
    ALL;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static final long SEED = 42;

  private static final int FIRST_TO_FOLLOW = 1 << 24;
  private static final int ZONES = 8;
  private static final int GROUPS = 50;
  private static final int FIRST_PORT = 8_000;
  private static final int PORTS = 100;
  private static final Shape[] MIXED = {
    new Shape(16, 64 * 1024, 0),
    new Shape(32, 256 * 1024, 0),
    new Shape(64, 256 * 1024, 0),
    new Shape(96, 768 * 1024, 0)
  };

  private final SplittableRandom random;
  private final Asks asks;
  private int made;

  private Workload(long seed, Asks asks, int first) {
    this.random = new SplittableRandom(seed);
    this.asks = asks;
    this.made = first;
  }

  /** What a fleet is filled with. */
  static Workload toFill(Asks asks) {
    return new Workload(SEED, asks, 0);
  }

  /** What comes when it is filled. */
  static Workload toFollow(Asks asks) {
    return new Workload(SEED + 1, asks, FIRST_TO_FOLLOW);
  }

  static List<Shape> hosts(int count, boolean isMixed) {
    List<Shape> shapes = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Shape shape = isMixed ? MIXED[i / ZONES % MIXED.length] : MIXED[2];
      shapes.add(new Shape(shape.cpus(), shape.memory(), i % ZONES));
    }
    return shapes;
  }

  /** A quarter of a CPU to four, and 256 MiB to 16 GiB. */
  @Override
  public Task next() {
    int id = made++;
    int milliCpus = 250 * (1 + random.nextInt(16));
    int memory = 256 * (1 + random.nextInt(64));
    boolean hasAll = asks == Asks.ALL;
    return new Task(
        id,
        milliCpus,
        memory,
        asks != Asks.NOTHING && random.nextBoolean() ? random.nextInt(ZONES) : -1,
        hasAll ? random.nextInt(GROUPS) : -1,
        hasAll && random.nextInt(4) == 0 ? FIRST_PORT + random.nextInt(PORTS) : 0);
  }
}

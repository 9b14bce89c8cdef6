package dev.berth.benchmarks.placement;

import dev.berth.scheduler.Request;
import dev.berth.scheduler.strategy.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Prints how much of the heap a host and a container take in a fleet that is 70 % full, and a
 * request beside; and how long a read takes whose address the one before tells, which is what a
 * lookup in a large fleet waits for.
 */
public final class Footprint {
  /** The first is to warm up. */
  private static final int[] SIZES = {1_000, 1_000, 10_000};

  private static final double FULL = 0.70;
  private static final int[] MEBIBYTES = {1, 8, 64};
  private static final int LONGS_OF_MEBIBYTE = 1 << 17;
  private static final int READS = 5_000_000;

  private Footprint() {}

  /** Prints tables in Markdown. */
  public static void main(String[] arguments) {
    System.out.println("| hosts | containers | bytes a host | a container | its request |");
    System.out.println("|---|---|---|---|---|");
    for (int i = 0; i < SIZES.length; i++) {
      String row = measure(SIZES[i]);
      if (i > 0) {
        System.out.println(row);
      }
    }
    System.out.println();
    System.out.println("| MiB read at random | ns a read |");
    System.out.println("|---|---|");
    for (int mebibytes : MEBIBYTES) {
      System.out.printf(Locale.ROOT, "| %d | %.0f |%n", mebibytes, read(mebibytes));
    }
  }

  private static String measure(int size) {
    List<Shape> shapes = Workload.hosts(size, false);
    Workload work = Workload.toFill(Workload.Asks.NOTHING);
    List<Task> tasks = Filling.by(new Berth(shapes, new Spread()), shapes, work, FULL).tasks();
    long before = used();
    Berth berth = new Berth(shapes, new Spread());
    Request first = berth.prepare(tasks.getFirst());
    berth.place(first);
    berth.release(first, berth.host(0));
    long hosts = used();
    List<Request> requests = new ArrayList<>(tasks.size());
    tasks.forEach(task -> requests.add(berth.prepare(task)));
    long prepared = used();
    requests.forEach(berth::place);
    long placed = used();
    // So that nothing of them was garbage when it was counted.
    requests.forEach(request -> berth.release(request, berth.host(0)));
    return String.format(
        Locale.ROOT,
        "| %d | %d | %d | %d | %d |",
        size,
        requests.size(),
        (hosts - before) / size,
        (placed - prepared) / requests.size(),
        (prepared - hosts) / tasks.size());
  }

  private static long used() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /** Along one ring through all of it. */
  private static double read(int mebibytes) {
    int size = mebibytes * LONGS_OF_MEBIBYTE;
    SplittableRandom random = new SplittableRandom(Workload.SEED);
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int other = random.nextInt(i + 1);
      order[i] = order[other];
      order[other] = i;
    }
    long[] next = new long[size];
    for (int i = 0; i < size; i++) {
      next[order[i]] = order[(i + 1) % size];
    }
    double best = Double.MAX_VALUE;
    long at = 0;
    for (int round = 0; round < 3; round++) {
      long begin = System.nanoTime();
      for (int i = 0; i < READS; i++) {
        at = next[(int) at];
      }
      best = Math.min(best, (double) (System.nanoTime() - begin) / READS);
    }
    return at < 0 ? 0 : best;
  }
}

package dev.berth.benchmarks.placement;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Releases a task by chance and places a new one, again and again, at a steady fill. One that has
 * no place brings the old one back.
 */
final class Churn<T, H> {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final OperatingSystemMXBean PROCESS =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private static final int ROUNDS = 5;
  private static final int MOST_PAIRS = 1 << 16;
  private static final int BLOCK = 2048;
  private static final int CLOCK_EVERY = 16;

  private final Rival<T, H> rival;
  private final Source work;
  private final List<Task> placed;
  private final List<H> places;
  private final SplittableRandom random = new SplittableRandom(Workload.SEED);
  private final long[] times = new long[MOST_PAIRS + BLOCK];
  private int timed;
  private long refused;
  private long done;

  /** A rival that has what the filling says already. */
  Churn(Rival<T, H> rival, Filling filling, Source work) {
    this.rival = rival;
    this.work = work;
    placed = new ArrayList<>(filling.tasks());
    places = new ArrayList<>(filling.hosts().stream().map(rival::host).toList());
  }

  /** Gives the rival what the filling says. */
  Churn<T, H> put() {
    for (int i = 0; i < places.size(); i++) {
      rival.put(rival.prepare(placed.get(i)), places.get(i));
    }
    return this;
  }

  /** The host of the next task; -1 when it has none. */
  int step() {
    Optional<H> host = pair(next(random.nextInt(places.size())));
    return host.isPresent() ? rival.number(host.get()) : -1;
  }

  /**
   * What is made before the clock runs, as what a manager is told with a call: no rival finds
   * anything of its own in the processor's cache for having been asked here.
   */
  private record Next<T, H>(int place, T old, H host, Task task, T fresh) {}

  private Next<T, H> next(int place) {
    Task task = work.next();
    return new Next<>(
        place, rival.prepare(placed.get(place)), places.get(place), task, rival.prepare(task));
  }

  private List<Next<T, H>> block() {
    Set<Integer> chosen = new LinkedHashSet<>();
    while (chosen.size() < Math.min(BLOCK, places.size() / 2)) {
      chosen.add(random.nextInt(places.size()));
    }
    return chosen.stream().map(this::next).toList();
  }

  private Optional<H> pair(Next<T, H> next) {
    rival.release(next.old(), next.host());
    Optional<H> host = rival.place(next.fresh());
    if (host.isPresent()) {
      placed.set(next.place(), next.task());
      places.set(next.place(), host.get());
    } else {
      refused++;
      rival.put(next.old(), next.host());
    }
    done++;
    return host;
  }

  /**
   * @param roundNanos how long one round may take at most
   */
  Rate measure(long roundNanos) {
    round(roundNanos, false);
    round(roundNanos, false);
    refused = 0;
    done = 0;
    double[] rates = new double[ROUNDS];
    double[] ofAll = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      Spent spent = round(roundNanos, false);
      rates[round] = spent.pairs() * 1e9 / Math.max(1, spent.thread());
      ofAll[round] = spent.pairs() * 1e9 / Math.max(1, spent.process());
    }
    double noPlace = (double) refused / done;
    round(roundNanos, true);
    Arrays.sort(rates);
    Arrays.sort(ofAll);
    long[] sorted = Arrays.copyOf(times, timed);
    Arrays.sort(sorted);
    return new Rate(
        rates[ROUNDS / 2],
        ofAll[ROUNDS / 2],
        sorted[timed / 2] / 1e3,
        sorted[(int) (timed * 0.99)] / 1e3,
        noPlace);
  }

  private record Spent(long pairs, long thread, long process) {}

  private Spent round(long roundNanos, boolean isTimed) {
    timed = 0;
    Spent spent = new Spent(0, 0, 0);
    long enough = System.nanoTime() + roundNanos;
    while (spent.pairs() < MOST_PAIRS && (spent.pairs() == 0 || System.nanoTime() < enough)) {
      List<Next<T, H>> block = block();
      long process = PROCESS.getProcessCpuTime();
      long begin = THREADS.getCurrentThreadCpuTime();
      int pairs = isTimed ? timed(block, enough) : untimed(block, enough);
      spent =
          new Spent(
              spent.pairs() + pairs,
              spent.thread() + THREADS.getCurrentThreadCpuTime() - begin,
              spent.process() + PROCESS.getProcessCpuTime() - process);
    }
    return spent;
  }

  private int untimed(List<Next<T, H>> block, long enough) {
    for (int i = 0; i < block.size(); i++) {
      pair(block.get(i));
      if (i % CLOCK_EVERY == 0 && System.nanoTime() > enough) {
        return i + 1;
      }
    }
    return block.size();
  }

  private int timed(List<Next<T, H>> block, long enough) {
    long last = System.nanoTime();
    for (int i = 0; i < block.size(); i++) {
      pair(block.get(i));
      long now = System.nanoTime();
      times[timed++] = now - last;
      last = now;
      if (now > enough) {
        return i + 1;
      }
    }
    return block.size();
  }
}

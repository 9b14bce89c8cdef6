package dev.berth.benchmarks.placement;

import dev.berth.scheduler.Strategy;
import dev.berth.scheduler.strategy.Balanced;
import dev.berth.scheduler.strategy.Binpack;
import dev.berth.scheduler.strategy.RandomChoice;
import dev.berth.scheduler.strategy.Spread;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Prints how many pairs of release and place Berth does in a second of one thread's CPU time at a
 * steady fill, and how long one takes; beside a scan of all hosts, whose choices have to be the
 * same, and beside Netflix Fenzo.
 *
 * <p>Arguments: the numbers of hosts, {@code 100,1000,10000} when none are given; and words: {@code
 * fenzo} or {@code others} for that table alone, else all are to be in a row of the first for it to
 * be made.
 */
public final class PlacementRates {
  private static final long BERTH_NANOS = 200_000_000L;
  private static final long SCAN_NANOS = 60_000_000L;
  private static final long FENZO_NANOS = 300_000_000L;
  private static final int COMPARED = 500;
  private static final double[] FILLS = {0.10, 0.70, 0.98};
  private static final int FENZO_HOSTS = 5_000;
  private static final double OTHERS_FULL = 0.7;

  private record Setting(
      int size, boolean isMixed, boolean isSpread, Workload.Asks asks, double full) {
    List<Shape> hosts() {
      return Workload.hosts(size, isMixed);
    }

    Filling fill(Berth berth) {
      return Filling.by(berth, hosts(), Workload.toFill(asks), full);
    }

    Workload work() {
      return Workload.toFollow(asks);
    }

    Berth berth() {
      return new Berth(hosts(), isSpread ? new Spread() : new Binpack());
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "| %d | %s | %s | %s | %.0f%% |",
          size,
          isMixed ? "four" : "one",
          isSpread ? "spread" : "binpack",
          asks,
          full * 100);
    }
  }

  private PlacementRates() {}

  /** Prints tables in Markdown. */
  public static void main(String[] arguments) {
    int[] sizes =
        Arrays.stream((arguments.length == 0 ? "100,1000,10000" : arguments[0]).split(","))
            .mapToInt(Integer::parseInt)
            .toArray();
    List<String> words =
        Arrays.asList(arguments).subList(Math.min(1, arguments.length), arguments.length);
    boolean hasFenzo = words.isEmpty() || words.contains("fenzo");
    boolean hasOthers = words.isEmpty() || words.contains("others");
    print(
        "| hosts | shapes | strategy | asks | full | pairs/s | with GC | p50 us | p99 us |"
            + " refused | scan pairs/s | ratio | same choice |");
    print("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
    for (int size : sizes) {
      for (boolean isMixed : new boolean[] {false, true}) {
        for (boolean isSpread : new boolean[] {true, false}) {
          for (Workload.Asks asks : Workload.Asks.values()) {
            for (double full : FILLS) {
              Setting setting = new Setting(size, isMixed, isSpread, asks, full);
              if (words.stream().allMatch(setting.toString()::contains)) {
                compare(setting);
              }
            }
          }
        }
      }
    }
    if (hasOthers) {
      print("");
      print("| hosts | strategy | asks | full | pairs/s | p50 us | p99 us |");
      print("|---|---|---|---|---|---|---|");
      for (int size : sizes) {
        others(size);
      }
    }
    if (hasFenzo) {
      print("");
      print(
          "| hosts | asks | full | Berth binpack pairs/s | Fenzo exact | ratio | Fenzo good enough (0.9) | ratio |");
      print("|---|---|---|---|---|---|---|---|");
      for (int size : sizes) {
        fenzo(Math.min(size, FENZO_HOSTS));
      }
    }
  }

  private static void print(String line) {
    System.out.println(line);
  }

  private static void compare(Setting setting) {
    Berth berth = setting.berth();
    Filling filling = setting.fill(berth);
    Churn<?, ?> own = new Churn<>(berth, filling, setting.work());
    Churn<Task, Integer> scan =
        new Churn<>(new Scan(setting.hosts(), setting.isSpread()), filling, setting.work()).put();
    int same = same(setting, filling);
    Rate rate = own.measure(BERTH_NANOS);
    Rate scanned = scan.measure(SCAN_NANOS);
    print(
        String.format(
            Locale.ROOT,
            "%s %,.0f | %,.0f | %.2f | %.2f | %.1f%% | %,.0f | %.1f | %d of %d |",
            setting,
            rate.perSecond(),
            rate.perSecondOfAll(),
            rate.p50Micros(),
            rate.p99Micros(),
            rate.refused() * 100,
            scanned.perSecond(),
            rate.perSecond() / scanned.perSecond(),
            same,
            COMPARED));
  }

  /** How often both choose the same host, told the same. */
  private static int same(Setting setting, Filling filling) {
    Churn<?, ?> one = new Churn<>(setting.berth(), filling, setting.work()).put();
    Churn<?, ?> other =
        new Churn<>(new Scan(setting.hosts(), setting.isSpread()), filling, setting.work()).put();
    int same = 0;
    for (int i = 0; i < COMPARED; i++) {
      same += one.step() == other.step() ? 1 : 0;
    }
    return same;
  }

  /** The strategies that ask every host. */
  private static void others(int size) {
    List<Shape> hosts = Workload.hosts(size, false);
    for (Strategy strategy : List.of(new Balanced(), new RandomChoice(Workload.SEED))) {
      for (Workload.Asks asks : Workload.Asks.values()) {
        Filling filling =
            Filling.by(new Berth(hosts, new Spread()), hosts, Workload.toFill(asks), OTHERS_FULL);
        Rate rate =
            new Churn<>(new Berth(hosts, strategy), filling, Workload.toFollow(asks))
                .put()
                .measure(SCAN_NANOS);
        print(
            String.format(
                Locale.ROOT,
                "| %d | %s | %s | %.0f%% | %,.0f | %.2f | %.2f |",
                size,
                strategy.name(),
                asks,
                OTHERS_FULL * 100,
                rate.perSecond(),
                rate.p50Micros(),
                rate.p99Micros()));
      }
    }
  }

  private static void fenzo(int size) {
    for (Workload.Asks asks : new Workload.Asks[] {Workload.Asks.NOTHING, Workload.Asks.ZONES}) {
      for (double full : FILLS) {
        Setting setting = new Setting(size, false, false, asks, full);
        Berth berth = setting.berth();
        Filling filling = setting.fill(berth);
        Rate own = new Churn<>(berth, filling, setting.work()).measure(BERTH_NANOS);
        Rate exact = fenzo(setting, filling, 1.0);
        Rate enough = fenzo(setting, filling, 0.9);
        print(
            String.format(
                Locale.ROOT,
                "| %d | %s | %.0f%% | %,.0f | %,.1f | %,.0f | %,.1f | %,.0f |",
                size,
                asks,
                full * 100,
                own.perSecond(),
                exact.perSecond(),
                own.perSecond() / exact.perSecond(),
                enough.perSecond(),
                own.perSecond() / enough.perSecond()));
      }
    }
  }

  private static Rate fenzo(Setting setting, Filling filling, double goodEnough) {
    try (Fenzo fenzo = new Fenzo(setting.hosts(), goodEnough)) {
      return new Churn<>(fenzo, filling, setting.work()).put().measure(FENZO_NANOS);
    }
  }
}

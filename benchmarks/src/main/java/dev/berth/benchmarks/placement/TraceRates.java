package dev.berth.benchmarks.placement;

import dev.berth.scheduler.Strategy;
import dev.berth.scheduler.strategy.Binpack;
import dev.berth.scheduler.strategy.Spread;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Prints what Berth, a scan of all hosts and Netflix Fenzo make of the Alibaba GPU cluster trace:
 * how many pods have no place when so much of all GPUs is asked for, and the pairs of release and
 * place in a second of the thread's CPU time then.
 *
 * <p>Argument: the folder of the trace's files.
 */
public final class TraceRates {
  private static final long BERTH_NANOS = 200_000_000L;
  private static final long RIVAL_NANOS = 200_000_000L;
  private static final int[] COPIES = {1, 6};
  private static final double[] ASKED = {0.50, 0.80, 1.00};
  private static final int FIRST_TO_FOLLOW = 1 << 24;
  private static final int COMPARED = 500;

  private TraceRates() {}

  /** Prints tables in Markdown. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 1) {
      throw new IllegalArgumentException(
          "tell the folder with openb_node_list_all_node.csv and openb_pod_list_gpuspec33.csv");
    }
    Trace trace = Trace.read(Path.of(arguments[0]));
    System.out.println("The trace in its own order, arrivals and departures:");
    System.out.println();
    System.out.println("| hosts | strategy | arrivals | no place | at most at once |");
    System.out.println("|---|---|---|---|---|");
    replay(trace, "spread", new Spread());
    replay(trace, "binpack", new Binpack());
    System.out.println();
    System.out.println("Pods drawn from the trace until so much of all GPUs is asked for:");
    System.out.println();
    System.out.println(
        "| hosts | strategy | GPUs asked for | pods | no place: Berth | scan | Fenzo | Berth pairs/s"
            + " | p50 us | p99 us | scan pairs/s | ratio | Fenzo pairs/s | ratio | same choice as scan |");
    System.out.println("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
    for (int copies : COPIES) {
      for (boolean isSpread : new boolean[] {true, false}) {
        for (double asked : ASKED) {
          compare(trace, copies, isSpread, asked);
        }
      }
    }
  }

  private static void replay(Trace trace, String name, Strategy strategy) {
    Berth berth = new Berth(trace.shapes(), strategy);
    Map<Integer, Object> hosts = new HashMap<>();
    int refused = 0;
    int most = 0;
    for (Trace.Event event : trace.events()) {
      if (event.isArrival()) {
        Optional<Object> host = berth.place(berth.prepare(event.task()));
        refused += host.isEmpty() ? 1 : 0;
        host.ifPresent(id -> hosts.put(event.task().id(), id));
        most = Math.max(most, hosts.size());
      } else if (hosts.containsKey(event.task().id())) {
        berth.release(berth.prepare(event.task()), hosts.remove(event.task().id()));
      }
    }
    System.out.printf(
        Locale.ROOT,
        "| %d | %s | %d | %d | %d |%n",
        trace.shapes().size(),
        name,
        trace.pods().size(),
        refused,
        most);
  }

  private static List<Task> sent(Trace trace, List<Shape> hosts, double asked) {
    long all = hosts.stream().mapToLong(Shape::gpus).sum();
    Source source = trace.drawn(Workload.SEED, 0);
    List<Task> sent = new ArrayList<>();
    for (long gpus = 0; gpus < all * asked; ) {
      Task task = source.next();
      sent.add(task);
      gpus += task.gpus();
    }
    return sent;
  }

  private static Source following(Trace trace) {
    return trace.drawn(Workload.SEED + 1, FIRST_TO_FOLLOW);
  }

  private static Strategy strategy(boolean isSpread) {
    return isSpread ? new Spread() : new Binpack();
  }

  private static void compare(Trace trace, int copies, boolean isSpread, double asked) {
    List<Shape> hosts = trace.hosts(copies);
    List<Task> sent = sent(trace, hosts, asked);
    Berth berth = new Berth(hosts, strategy(isSpread));
    Filling filling = Filling.of(berth, sent);
    Filling scanned = Filling.of(new Scan(hosts, isSpread), sent);
    int same = same(trace, hosts, filling, isSpread);
    Rate own = new Churn<>(berth, filling, following(trace)).measure(BERTH_NANOS);
    Rate scan =
        new Churn<>(new Scan(hosts, isSpread), filling, following(trace))
            .put()
            .measure(RIVAL_NANOS);
    boolean hasFenzo = copies == 1 && !isSpread;
    String fenzoRefused = "";
    String fenzoRate = "";
    String fenzoRatio = "";
    if (hasFenzo) {
      try (Fenzo fenzo = new Fenzo(hosts, 1.0)) {
        Filling filled = Filling.of(fenzo, sent);
        Rate rate = new Churn<>(fenzo, filled, following(trace)).measure(RIVAL_NANOS);
        fenzoRefused = Integer.toString(sent.size() - filled.tasks().size());
        fenzoRate = String.format(Locale.ROOT, "%,.1f", rate.perSecond());
        fenzoRatio = String.format(Locale.ROOT, "%,.0f", own.perSecond() / rate.perSecond());
      }
    }
    System.out.printf(
        Locale.ROOT,
        "| %d | %s | %.0f%% | %d | %d | %d | %s | %,.0f | %.1f | %.1f | %,.0f | %.1f | %s | %s | %d of %d |%n",
        hosts.size(),
        isSpread ? "spread" : "binpack",
        asked * 100,
        sent.size(),
        sent.size() - filling.tasks().size(),
        sent.size() - scanned.tasks().size(),
        fenzoRefused,
        own.perSecond(),
        own.p50Micros(),
        own.p99Micros(),
        scan.perSecond(),
        own.perSecond() / scan.perSecond(),
        fenzoRate,
        fenzoRatio,
        same,
        COMPARED);
  }

  private static int same(Trace trace, List<Shape> hosts, Filling filling, boolean isSpread) {
    Churn<?, ?> one =
        new Churn<>(new Berth(hosts, strategy(isSpread)), filling, following(trace)).put();
    Churn<?, ?> other = new Churn<>(new Scan(hosts, isSpread), filling, following(trace)).put();
    int same = 0;
    for (int i = 0; i < COMPARED; i++) {
      same += one.step() == other.step() ? 1 : 0;
    }
    return same;
  }
}

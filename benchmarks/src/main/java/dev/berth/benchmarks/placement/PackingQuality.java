package dev.berth.benchmarks.placement;

import ai.timefold.solver.core.api.solver.SolverFactory;
import ai.timefold.solver.core.config.solver.SolverConfig;
import dev.berth.scheduler.Strategy;
import dev.berth.scheduler.strategy.Balanced;
import dev.berth.scheduler.strategy.Binpack;
import dev.berth.scheduler.strategy.Spread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * Prints on how many hosts the same tasks end, and how many have no place: Berth, which sees one
 * after another, beside Timefold, which sees all of them and has a time to think.
 *
 * <p>Arguments: how many hosts, and how many seconds Timefold may take; 200 and 20 when none are
 * given.
 */
public final class PackingQuality {
  private static final double[] ASKED = {0.60, 0.95};
  private static final int MILLI = 1_000;

  private PackingQuality() {}

  private record Result(int hosts, int unplaced, double seconds) {}

  /** Prints a table in Markdown. */
  public static void main(String[] arguments) {
    int size = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200;
    int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 20;
    List<Shape> hosts = Workload.hosts(size, false);
    System.out.println(
        "| hosts | CPUs asked for | tasks | who | hosts used | no place | seconds |");
    System.out.println("|---|---|---|---|---|---|---|");
    for (double asked : ASKED) {
      List<Task> tasks = tasks(hosts, asked);
      String first =
          String.format(Locale.ROOT, "| %d | %.0f%% | %d |", size, asked * 100, tasks.size());
      System.out.printf(
          Locale.ROOT, "%s what no packing can be below | %d | | |%n", first, bound(hosts, tasks));
      print(first, "Berth binpack", berth(hosts, tasks, new Binpack()));
      print(first, "Berth binpack, largest first", berth(hosts, largest(tasks), new Binpack()));
      print(first, "Berth balanced", berth(hosts, tasks, new Balanced()));
      print(first, "Berth spread", berth(hosts, tasks, new Spread()));
      print(first, "Timefold", timefold(hosts, tasks, seconds));
    }
  }

  private static void print(String first, String who, Result result) {
    System.out.printf(
        Locale.ROOT,
        "%s %s | %d | %d | %.3f |%n",
        first,
        who,
        result.hosts(),
        result.unplaced(),
        result.seconds());
  }

  private static List<Task> tasks(List<Shape> hosts, double asked) {
    long all = hosts.stream().mapToLong(Shape::cpus).sum() * MILLI;
    Workload work = Workload.toFill(Workload.Asks.NOTHING);
    List<Task> tasks = new ArrayList<>();
    for (long cpus = 0; cpus < all * asked; ) {
      Task task = work.next();
      tasks.add(task);
      cpus += task.milliCpus();
    }
    return tasks;
  }

  /** By what is asked for in all: hosts are alike. */
  private static long bound(List<Shape> hosts, List<Task> tasks) {
    long cpus = tasks.stream().mapToLong(Task::milliCpus).sum();
    long memory = tasks.stream().mapToLong(Task::memory).sum();
    Shape host = hosts.getFirst();
    return Math.max(
        Math.ceilDiv(cpus, (long) host.cpus() * MILLI), Math.ceilDiv(memory, (long) host.memory()));
  }

  private static List<Task> largest(List<Task> tasks) {
    return tasks.stream()
        .sorted(
            Comparator.comparingDouble(
                    (Task task) -> Math.max(task.milliCpus() / 64e3, task.memory() / 262144.0))
                .reversed())
        .toList();
  }

  private static Result berth(List<Shape> hosts, List<Task> tasks, Strategy strategy) {
    Berth berth = new Berth(hosts, strategy);
    long begin = System.nanoTime();
    Filling filling = Filling.of(berth, tasks);
    double seconds = (System.nanoTime() - begin) / 1e9;
    Set<Integer> used = new HashSet<>(filling.hosts());
    return new Result(used.size(), tasks.size() - filling.tasks().size(), seconds);
  }

  private static Result timefold(List<Shape> hosts, List<Task> tasks, int seconds) {
    List<Packing.Bin> bins = new ArrayList<>();
    for (int number = 0; number < hosts.size(); number++) {
      Shape host = hosts.get(number);
      bins.add(new Packing.Bin(number, (long) host.cpus() * MILLI, host.memory()));
    }
    SolverConfig config =
        new SolverConfig()
            .withSolutionClass(Packing.class)
            .withEntityClasses(Packed.class)
            .withConstraintProviderClass(PackingRules.class)
            .withRandomSeed(Workload.SEED)
            .withTerminationSpentLimit(Duration.ofSeconds(seconds));
    long begin = System.nanoTime();
    Packing solved =
        SolverFactory.<Packing>create(config)
            .buildSolver()
            .solve(new Packing(bins, tasks.stream().map(Packed::new).toList()));
    double taken = (System.nanoTime() - begin) / 1e9;
    if (solved.score.hardScore() < 0) {
      throw new IllegalStateException("Timefold's packing is over a host's limit");
    }
    List<Packing.Bin> used =
        solved.tasks.stream().map(Packed::bin).filter(Objects::nonNull).toList();
    return new Result(new HashSet<>(used).size(), tasks.size() - used.size(), taken);
  }
}

package dev.berth.benchmarks.placement;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The Alibaba GPU cluster trace v2023 as its authors publish it: hosts, and pods of which a third
 * of those with GPUs ask for certain models of them. GPUs are counted in thousandths for each host
 * together, not one by one, so a task may be given parts of several.
 */
record Trace(List<Shape> shapes, List<Pod> pods) {
  private static final int MILLI = 1_000;

  /**
   * @param arrival in seconds from the beginning
   * @param departure in seconds from the beginning
   */
  record Pod(Task task, long arrival, long departure) {}

  static Trace read(Path folder) throws IOException {
    List<Shape> shapes = new ArrayList<>();
    for (List<String> row : rows(folder.resolve("openb_node_list_all_node.csv"))) {
      shapes.add(
          new Shape(number(row, 1) / MILLI, number(row, 2), 0, number(row, 3) * MILLI, row.get(4)));
    }
    List<Pod> pods = new ArrayList<>();
    for (List<String> row : rows(folder.resolve("openb_pod_list_gpuspec33.csv"))) {
      List<String> models = row.get(5).isEmpty() ? List.of() : List.of(row.get(5).split("\\|", -1));
      Task task =
          new Task(
              pods.size(),
              number(row, 1),
              number(row, 2),
              -1,
              -1,
              0,
              number(row, 3) * number(row, 4),
              models);
      pods.add(new Pod(task, Long.parseLong(row.get(8)), Long.parseLong(row.get(9))));
    }
    return new Trace(List.copyOf(shapes), List.copyOf(pods));
  }

  private static List<List<String>> rows(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .skip(1)
        .map(line -> Arrays.asList(line.split(",", -1)))
        .toList();
  }

  private static int number(List<String> row, int column) {
    return row.get(column).isEmpty() ? 0 : Integer.parseInt(row.get(column));
  }

  /** So many of each host. */
  List<Shape> hosts(int copies) {
    List<Shape> all = new ArrayList<>();
    for (int copy = 0; copy < copies; copy++) {
      all.addAll(shapes);
    }
    return all;
  }

  /** Pods drawn by chance, again and again. */
  Source drawn(long seed, int firstId) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] id = {firstId};
    return () -> pods.get(random.nextInt(pods.size())).task().as(id[0]++);
  }

  /** Something that comes or goes. */
  record Event(long at, boolean isArrival, Task task) {}

  /** In the order in which they were; what goes goes before what comes at the same time. */
  List<Event> events() {
    List<Event> events = new ArrayList<>();
    for (Pod pod : pods) {
      events.add(new Event(pod.arrival(), true, pod.task()));
      events.add(new Event(Math.max(pod.departure(), pod.arrival() + 1), false, pod.task()));
    }
    events.sort(Comparator.comparingLong(Event::at).thenComparing(Event::isArrival));
    return events;
  }
}

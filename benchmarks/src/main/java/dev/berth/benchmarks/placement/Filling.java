package dev.berth.benchmarks.placement;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is on the hosts when measuring begins: placed once, and then given to each rival, for whom
 * placing so many would take too long.
 *
 * @param hosts the number of the host of each task
 * @param full the part of the CPUs, or of what was sent, that has its place
 */
record Filling(List<Task> tasks, List<Integer> hosts, double full) {
  /** So many tasks without a place, one after another, are enough to see that it is full. */
  private static final int MOST_MISSES = 500;

  static <T, H> Filling by(Rival<T, H> rival, List<Shape> shapes, Source work, double full) {
    long all = shapes.stream().mapToLong(Shape::cpus).sum() * 1_000;
    List<Task> tasks = new ArrayList<>();
    List<Integer> hosts = new ArrayList<>();
    long used = 0;
    for (int misses = 0; misses < MOST_MISSES && used < all * full; ) {
      Task task = work.next();
      Optional<H> host = rival.place(rival.prepare(task));
      if (host.isEmpty()) {
        misses++;
        continue;
      }
      misses = 0;
      tasks.add(task);
      hosts.add(rival.number(host.get()));
      used += task.milliCpus();
    }
    return new Filling(tasks, hosts, (double) used / all);
  }

  /** Of what of these has a place. */
  static <T, H> Filling of(Rival<T, H> rival, List<Task> sent) {
    List<Task> tasks = new ArrayList<>();
    List<Integer> hosts = new ArrayList<>();
    for (Task task : sent) {
      Optional<H> host = rival.place(rival.prepare(task));
      if (host.isPresent()) {
        tasks.add(task);
        hosts.add(rival.number(host.get()));
      }
    }
    return new Filling(tasks, hosts, (double) tasks.size() / sent.size());
  }
}

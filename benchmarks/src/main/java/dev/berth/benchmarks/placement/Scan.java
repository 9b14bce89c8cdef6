package dev.berth.benchmarks.placement;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every host is asked, with classic Swarm's score over plain arrays: the least that a scan can
 * cost.
 */
final class Scan implements Rival<Task, Integer> {
  private static final int PERCENT = 100;

  private final List<Shape> shapes;
  private final boolean isSpread;
  private final long[] cpuLimit;
  private final long[] memoryLimit;
  private final long[] cpu;
  private final long[] memory;
  private final int[] zone;
  private final int[] gpuLimit;
  private final int[] gpus;
  private final int[] containers;
  private final Map<Integer, BitSet> ports = new HashMap<>();
  private final List<Map<Long, Integer>> roles = new ArrayList<>();

  Scan(List<Shape> shapes, boolean isSpread) {
    this.shapes = shapes;
    this.isSpread = isSpread;
    int size = shapes.size();
    cpuLimit = shapes.stream().mapToLong(shape -> shape.cpus() * 1_000L).toArray();
    memoryLimit = shapes.stream().mapToLong(Shape::memory).toArray();
    zone = shapes.stream().mapToInt(Shape::zone).toArray();
    gpuLimit = shapes.stream().mapToInt(Shape::gpus).toArray();
    gpus = new int[size];
    cpu = new long[size];
    memory = new long[size];
    containers = new int[size];
    shapes.forEach(_ -> roles.add(new HashMap<>()));
  }

  private static long roleKey(Task task) {
    return (task.id() % 100) * 1_000_000L + task.role();
  }

  @Override
  public Task prepare(Task task) {
    return task;
  }

  @Override
  public void put(Task task, Integer host) {
    change(task, host, 1);
  }

  @Override
  public Optional<Integer> place(Task task) {
    int best = -1;
    long bestScore = 0;
    BitSet taken = task.port() == 0 ? null : ports.get(task.port());
    for (int host = 0; host < shapes.size(); host++) {
      boolean isPossible =
          (task.zone() < 0 || zone[host] == task.zone())
              && (task.models().isEmpty() || task.models().contains(shapes.get(host).model()))
              && gpus[host] + task.gpus() <= gpuLimit[host]
              && cpu[host] + task.milliCpus() <= cpuLimit[host]
              && memory[host] + task.memory() <= memoryLimit[host]
              && (taken == null || !taken.get(host))
              && (task.role() < 0 || !roles.get(host).containsKey(roleKey(task)));
      if (!isPossible) {
        continue;
      }
      long score =
          percent(cpu[host], task.milliCpus(), cpuLimit[host])
              + percent(memory[host], task.memory(), memoryLimit[host]);
      boolean isBetter =
          best < 0
              || (isSpread ? score < bestScore : score > bestScore)
              || (score == bestScore
                  && (isSpread
                      ? containers[host] < containers[best]
                      : containers[host] > containers[best]));
      if (isBetter) {
        best = host;
        bestScore = score;
      }
    }
    if (best < 0) {
      return Optional.empty();
    }
    change(task, best, 1);
    return Optional.of(best);
  }

  @Override
  public Integer host(int number) {
    return number;
  }

  @Override
  public int number(Integer host) {
    return host;
  }

  private static long percent(long used, long asked, long limit) {
    return asked == 0 ? PERCENT : (used + asked) * PERCENT / limit;
  }

  @Override
  public void release(Task task, Integer host) {
    change(task, host, -1);
  }

  private void change(Task task, int host, int sign) {
    cpu[host] += (long) sign * task.milliCpus();
    memory[host] += (long) sign * task.memory();
    gpus[host] += sign * task.gpus();
    containers[host] += sign;
    if (task.port() != 0) {
      ports.computeIfAbsent(task.port(), _ -> new BitSet()).set(host, sign > 0);
    }
    if (task.role() >= 0) {
      roles.get(host).merge(roleKey(task), sign, (a, b) -> a + b == 0 ? null : a + b);
    }
  }
}

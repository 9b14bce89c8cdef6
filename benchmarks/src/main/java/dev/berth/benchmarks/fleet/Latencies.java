package dev.berth.benchmarks.fleet;

import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;

/** How long each of many calls took. Safe for any thread. */
final class Latencies {
  private final ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();

  void add(long taken) {
    nanos.add(taken);
  }

  int count() {
    return nanos.size();
  }

  /** As a row of a table: how many, then p50, p90 and p99 in milliseconds. */
  String row() {
    long[] sorted = nanos.stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(sorted);
    return "| %,d | %.2f | %.2f | %.2f |"
        .formatted(sorted.length, at(sorted, 50), at(sorted, 90), at(sorted, 99));
  }

  private static double at(long[] sorted, int percent) {
    return sorted.length == 0 ? Double.NaN : sorted[sorted.length * percent / 100] / 1e6;
  }
}

package dev.berth.scheduler;

/**
 * What is reserved on each host, by its place in the order of all hosts. Close together, for a
 * search reads that of many hosts and little else of them.
 */
final class Usage {
  /** Of one host: its CPU and its memory. */
  private static final int WIDTH = 2;

  private final long[] used;
  private final long[] gpusLeft;
  private final int[] numbers;

  Usage(int hosts) {
    used = new long[hosts * WIDTH];
    gpusLeft = new long[hosts];
    numbers = new int[hosts];
  }

  /** What stays as it is: a host's number. */
  void number(int ordinal, int number) {
    numbers[ordinal] = number;
  }

  int number(int ordinal) {
    return numbers[ordinal];
  }

  void set(int ordinal, long cpu, long memory, long newGpusLeft) {
    used[ordinal * WIDTH] = cpu;
    used[ordinal * WIDTH + 1] = memory;
    gpusLeft[ordinal] = newGpusLeft;
  }

  long cpu(int ordinal) {
    return used[ordinal * WIDTH];
  }

  long memory(int ordinal) {
    return used[ordinal * WIDTH + 1];
  }

  long gpusLeft(int ordinal) {
    return gpusLeft[ordinal];
  }
}

package dev.berth.scheduler;

import java.util.Arrays;

/**
 * How much is reserved on each host, by the host's number, and how many GPUs are left. Close
 * together, for a search reads that of many hosts and little else of them.
 *
 * <p>INVARIANT: CPU, memory and containers are the sums over the host's reservations; GPUs left are
 * the host's limit without that sum, and negative when more is reserved.
 */
final class Usage {
  private static final int FIRST_SIZE = 16;

  /** Of one host: its CPU and its memory. */
  private static final int WIDTH = 2;

  private long[] used = new long[FIRST_SIZE * WIDTH];
  private int[] containers = new int[FIRST_SIZE];
  private long[] gpusLeft = new long[FIRST_SIZE];

  /** Begins anew for a host that gets that number. */
  void begin(int number) {
    if (number >= containers.length) {
      used = Arrays.copyOf(used, used.length * 2);
      containers = Arrays.copyOf(containers, containers.length * 2);
      gpusLeft = Arrays.copyOf(gpusLeft, gpusLeft.length * 2);
    }
    used[number * WIDTH] = 0;
    used[number * WIDTH + 1] = 0;
    containers[number] = 0;
    gpusLeft[number] = 0;
  }

  void add(Reservation reservation) {
    int at = reservation.number() * WIDTH;
    long cpu = Math.addExact(used[at], reservation.cpu());
    long memory = Math.addExact(used[at + 1], reservation.memory());
    used[at] = cpu;
    used[at + 1] = memory;
    containers[reservation.number()]++;
  }

  void remove(Reservation reservation) {
    int at = reservation.number() * WIDTH;
    used[at] -= reservation.cpu();
    used[at + 1] -= reservation.memory();
    containers[reservation.number()]--;
  }

  void gpusLeft(int number, long left) {
    gpusLeft[number] = left;
  }

  long cpu(int number) {
    return used[number * WIDTH];
  }

  long memory(int number) {
    return used[number * WIDTH + 1];
  }

  int containers(int number) {
    return containers[number];
  }

  /** How many GPUs are not reserved. */
  long gpusLeft(int number) {
    return gpusLeft[number];
  }
}

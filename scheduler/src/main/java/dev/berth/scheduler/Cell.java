package dev.berth.scheduler;

import java.util.Arrays;

/**
 * Hosts whose CPU and memory are used to the same whole percents, ordered by the number of their
 * containers and then by their place in the fleet. What a search asks of each is side by side in
 * one array, for it asks many. Either end gives way, so that the first or the last of many goes
 * without moving the others.
 */
final class Cell {
  private static final int FIRST_SIZE = 4;

  /** Of one host: its key, its CPU and its memory that are used, and the GPUs that are left. */
  private static final int WIDTH = 4;

  private long[] hosts = new long[FIRST_SIZE * WIDTH];

  /** Where the first is, and where the last ends, in hosts. */
  private int begin;

  private int end;

  // Bounds, not always reached: they are not narrowed when a host leaves others behind.
  private long leastCpu;
  private long mostCpu;
  private long leastMemory;
  private long mostMemory;

  /** Orders by containers, then by ordinal. */
  static long key(int containers, int ordinal) {
    return ((long) containers << Integer.SIZE) | ordinal;
  }

  static int ordinal(long key) {
    return (int) key;
  }

  static int containers(long key) {
    return (int) (key >>> Integer.SIZE);
  }

  int size() {
    return end - begin;
  }

  long key(int index) {
    return hosts[(begin + index) * WIDTH];
  }

  long cpu(int index) {
    return hosts[(begin + index) * WIDTH + 1];
  }

  long memory(int index) {
    return hosts[(begin + index) * WIDTH + 2];
  }

  long gpusLeft(int index) {
    return hosts[(begin + index) * WIDTH + 3];
  }

  /** No host in it uses less. */
  long leastCpu() {
    return leastCpu;
  }

  /** No host in it uses more. */
  long mostCpu() {
    return mostCpu;
  }

  /** No host in it uses less. */
  long leastMemory() {
    return leastMemory;
  }

  /** No host in it uses more. */
  long mostMemory() {
    return mostMemory;
  }

  void add(long key, long usedCpu, long usedMemory, long gpusLeft) {
    if (begin == end) {
      leastCpu = mostCpu = usedCpu;
      leastMemory = mostMemory = usedMemory;
    } else {
      leastCpu = Math.min(leastCpu, usedCpu);
      mostCpu = Math.max(mostCpu, usedCpu);
      leastMemory = Math.min(leastMemory, usedMemory);
      mostMemory = Math.max(mostMemory, usedMemory);
    }
    int at = place(key) * WIDTH;
    hosts[at] = key;
    hosts[at + 1] = usedCpu;
    hosts[at + 2] = usedMemory;
    hosts[at + 3] = gpusLeft;
  }

  /** Makes room where that key belongs. */
  private int place(long key) {
    int at = find(key);
    boolean isFull = end * WIDTH == hosts.length;
    if (begin > 0 && (isFull || at - begin < end - at)) {
      move(begin, begin - 1, at - begin);
      begin--;
      return at - 1;
    }
    if (isFull) {
      hosts = Arrays.copyOf(hosts, hosts.length * 2);
    }
    move(at, at + 1, end - at);
    end++;
    return at;
  }

  void remove(long key) {
    int at = find(key);
    if (at - begin < end - at) {
      move(begin, begin + 1, at - begin);
      begin++;
    } else {
      move(at + 1, at, end - at - 1);
      end--;
    }
    if (begin == end) {
      begin = 0;
      end = 0;
    }
    if (hosts.length > FIRST_SIZE * WIDTH && size() * WIDTH < hosts.length / 4) {
      int size = size();
      long[] fewer = new long[Math.max(FIRST_SIZE * WIDTH, hosts.length / 2)];
      System.arraycopy(hosts, begin * WIDTH, fewer, 0, size * WIDTH);
      hosts = fewer;
      begin = 0;
      end = size;
    }
  }

  private void move(int from, int to, int count) {
    System.arraycopy(hosts, from * WIDTH, hosts, to * WIDTH, count * WIDTH);
  }

  /** The first that does not come before that key. */
  private int find(long key) {
    int low = begin;
    int high = end;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (hosts[middle * WIDTH] < key) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Where the run of hosts with as many containers as the one at {@code last} begins. */
  int runBegin(int last) {
    int containers = containers(key(last));
    int at = last;
    while (at > 0 && containers(key(at - 1)) == containers) {
      at--;
    }
    return at;
  }
}

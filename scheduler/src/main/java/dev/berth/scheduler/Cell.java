package dev.berth.scheduler;

import java.util.Arrays;

/**
 * Hosts whose CPU and memory are used to the same whole percents, ordered by the number of their
 * containers and then by their place in the fleet. Either end gives way, so that the first or the
 * last of many goes without moving the others.
 */
final class Cell {
  private static final int FIRST_SIZE = 8;

  private long[] keys = new long[FIRST_SIZE];

  /** Where the first is, and where the last ends, in keys. */
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
    return keys[begin + index];
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

  void add(long key, long usedCpu, long usedMemory) {
    if (begin == end) {
      leastCpu = mostCpu = usedCpu;
      leastMemory = mostMemory = usedMemory;
    } else {
      leastCpu = Math.min(leastCpu, usedCpu);
      mostCpu = Math.max(mostCpu, usedCpu);
      leastMemory = Math.min(leastMemory, usedMemory);
      mostMemory = Math.max(mostMemory, usedMemory);
    }
    int at = place(key);
    keys[at] = key;
  }

  /** Makes room where that key belongs. */
  private int place(long key) {
    int at = find(key);
    boolean isFull = end == keys.length;
    if (begin > 0 && (isFull || at - begin < end - at)) {
      move(begin, begin - 1, at - begin);
      begin--;
      return at - 1;
    }
    if (isFull) {
      keys = Arrays.copyOf(keys, keys.length * 2);
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
    if (keys.length > FIRST_SIZE && size() < keys.length / 4) {
      int size = size();
      long[] fewer = new long[keys.length / 2];
      System.arraycopy(keys, begin, fewer, 0, size);
      keys = fewer;
      begin = 0;
      end = size;
    }
  }

  private void move(int from, int to, int count) {
    System.arraycopy(keys, from, keys, to, count);
  }

  /** The first that does not come before that key. */
  private int find(long key) {
    // Without a branch on what is read, which no processor could foretell.
    int at = begin;
    for (int left = end - begin; left > 0; ) {
      int half = (left + 1) >>> 1;
      at += half & (int) ((keys[at + half - 1] - key) >> (Long.SIZE - 1));
      left -= half;
    }
    return at;
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

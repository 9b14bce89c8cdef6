package dev.berth.scheduler;

import java.util.Arrays;

/**
 * Hosts whose CPU and memory are used to the same whole percents, ordered by the number of their
 * containers and then by their place in the fleet: one {@code long} each.
 */
final class Cell {
  private static final int FIRST_SIZE = 4;

  private long[] keys = new long[FIRST_SIZE];
  private int size;

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
    return size;
  }

  long at(int index) {
    return keys[index];
  }

  void add(long key) {
    int at = -Arrays.binarySearch(keys, 0, size, key) - 1;
    if (size == keys.length) {
      keys = Arrays.copyOf(keys, size * 2);
    }
    System.arraycopy(keys, at, keys, at + 1, size - at);
    keys[at] = key;
    size++;
  }

  void remove(long key) {
    int at = Arrays.binarySearch(keys, 0, size, key);
    size--;
    System.arraycopy(keys, at + 1, keys, at, size - at);
    if (keys.length > FIRST_SIZE && size < keys.length / 4) {
      keys = Arrays.copyOf(keys, Math.max(FIRST_SIZE, keys.length / 2));
    }
  }

  /** Where the run of hosts with as many containers as the one at {@code last} begins. */
  int runBegin(int last) {
    int containers = containers(keys[last]);
    int at = last;
    while (at > 0 && containers(keys[at - 1]) == containers) {
      at--;
    }
    return at;
  }
}

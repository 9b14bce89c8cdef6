package dev.berth.scheduler;

import java.util.Arrays;

/** The ports that are reserved on one host, each as often as it was added, in their order. */
final class PortTable {
  private static final int FIRST_SIZE = 2;

  /** Port and protocol of each, ascending; the same places in both. */
  private int[] codes = new int[FIRST_SIZE];

  private HostPort[] taken = new HostPort[FIRST_SIZE];
  private int size;

  /** Of the first with that code, or where it would be. */
  private int first(int code) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (codes[middle] < code) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  void add(HostPort port) {
    if (size == codes.length) {
      codes = Arrays.copyOf(codes, size * 2);
      taken = Arrays.copyOf(taken, size * 2);
    }
    int code = port.code();
    int at = first(code);
    System.arraycopy(codes, at, codes, at + 1, size - at);
    System.arraycopy(taken, at, taken, at + 1, size - at);
    codes[at] = code;
    taken[at] = port;
    size++;
  }

  void remove(HostPort port) {
    int at = first(port.code());
    while (!taken[at].equals(port)) {
      at++;
    }
    size--;
    System.arraycopy(codes, at + 1, codes, at, size - at);
    System.arraycopy(taken, at + 1, taken, at, size - at);
    taken[size] = null;
  }

  boolean isFree(HostPort wanted) {
    int code = wanted.code();
    for (int at = first(code); at < size && codes[at] == code; at++) {
      if (taken[at].clashesWith(wanted)) {
        return false;
      }
    }
    return true;
  }
}

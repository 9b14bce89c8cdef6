package dev.berth.scheduler;

import java.util.Arrays;

/** The ports that are reserved on one host, each as often as it was added, in their order. */
final class PortTable {
  private static final int FIRST_SIZE = 2;
  private static final int PROTOCOL_BITS = 2;

  /** Port and protocol of each, ascending; the same places in both. */
  private int[] codes = new int[FIRST_SIZE];

  private HostPort[] taken = new HostPort[FIRST_SIZE];
  private int size;

  private static int code(HostPort port) {
    int protocol =
        switch (port.protocol()) {
          case TCP -> 0;
          case UDP -> 1;
          case SCTP -> 2;
        };
    return (port.port() << PROTOCOL_BITS) | protocol;
  }

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
    int code = code(port);
    int at = first(code);
    System.arraycopy(codes, at, codes, at + 1, size - at);
    System.arraycopy(taken, at, taken, at + 1, size - at);
    codes[at] = code;
    taken[at] = port;
    size++;
  }

  void remove(HostPort port) {
    int at = first(code(port));
    while (!taken[at].equals(port)) {
      at++;
    }
    size--;
    System.arraycopy(codes, at + 1, codes, at, size - at);
    System.arraycopy(taken, at + 1, taken, at, size - at);
    taken[size] = null;
  }

  boolean isFree(HostPort wanted) {
    int code = code(wanted);
    for (int at = first(code); at < size && codes[at] == code; at++) {
      if (taken[at].clashesWith(wanted)) {
        return false;
      }
    }
    return true;
  }
}

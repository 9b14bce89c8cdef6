package dev.berth.scheduler;

import dev.berth.common.id.RecordId;
import java.util.HexFormat;

/**
 * The reservations by container. A table for ids that are 32 hexadecimal digits: it compares two
 * numbers in the reservation, and looks at no reservation but the one that is meant.
 */
final class Places {
  private static final int FIRST_SIZE = 64;

  /** Digits in a half of an id. */
  private static final int HALF = 16;

  private static final long SPREAD = 0x9E3779B97F4A7C15L;
  private static final int MOST_STEPS = 0xFF;

  /**
   * By slot, 0 for an empty one: how many steps it is behind the slot that is hashed to, plus one,
   * and above that a part of the hash. Small, so that it stays in the processor's cache.
   */
  private short[] marks = new short[FIRST_SIZE];

  private Reservation[] held = new Reservation[FIRST_SIZE];
  private int size;

  static long high(RecordId id) {
    return HexFormat.fromHexDigitsToLong(id.value(), 0, HALF);
  }

  static long low(RecordId id) {
    return HexFormat.fromHexDigitsToLong(id.value(), HALF, 2 * HALF);
  }

  static int hash(long high, long low) {
    return (int) ((((high * SPREAD) ^ low) * SPREAD) >>> Integer.SIZE);
  }

  /** The highest bits, which tell the fewest slots apart. */
  private static short mark(int hash, int steps) {
    return (short) ((hash >>> 24 << Byte.SIZE) | (steps + 1));
  }

  private static int steps(short mark) {
    return (mark & MOST_STEPS) - 1;
  }

  private int find(long high, long low) {
    int mask = marks.length - 1;
    int hash = hash(high, low);
    int at = hash & mask;
    for (int steps = 0; marks[at] != 0; steps++) {
      if (marks[at] == mark(hash, steps) && held[at].is(high, low)) {
        return at;
      }
      at = (at + 1) & mask;
    }
    return -1;
  }

  /** Null when there is none. */
  Reservation get(RecordId id) {
    return get(high(id), low(id));
  }

  /** The same by the halves of an id. */
  Reservation get(long high, long low) {
    int at = find(high, low);
    return at < 0 ? null : held[at];
  }

  /** Adds one of a container that has none. */
  void add(Reservation reservation) {
    if (2 * ++size > marks.length) {
      grow();
    }
    while (!isPut(reservation)) {
      grow();
    }
  }

  /** Whether there was a slot near enough. */
  private boolean isPut(Reservation reservation) {
    int mask = marks.length - 1;
    int hash = hash(reservation.high(), reservation.low());
    int at = hash & mask;
    int steps = 0;
    while (marks[at] != 0) {
      at = (at + 1) & mask;
      if (++steps == MOST_STEPS) {
        return false;
      }
    }
    marks[at] = mark(hash, steps);
    held[at] = reservation;
    return true;
  }

  private void grow() {
    Reservation[] all = held;
    boolean isDone;
    do {
      marks = new short[marks.length * 2];
      held = new Reservation[marks.length];
      isDone = true;
      for (Reservation reservation : all) {
        isDone &= reservation == null || isPut(reservation);
      }
    } while (!isDone);
  }

  /** What it was; null when there was none. */
  Reservation remove(RecordId id) {
    int hole = find(high(id), low(id));
    if (hole < 0) {
      return null;
    }
    Reservation removed = held[hole];
    size--;
    // What stands behind for want of this slot moves up, so that no search ends too early.
    int mask = marks.length - 1;
    for (int at = (hole + 1) & mask; marks[at] != 0; at = (at + 1) & mask) {
      int back = (at - hole) & mask;
      if (steps(marks[at]) >= back) {
        marks[hole] = (short) (marks[at] - back);
        held[hole] = held[at];
        hole = at;
      }
    }
    marks[hole] = 0;
    held[hole] = null;
    return removed;
  }
}

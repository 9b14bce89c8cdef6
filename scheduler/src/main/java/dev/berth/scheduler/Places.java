package dev.berth.scheduler;

import dev.berth.common.id.RecordId;

/**
 * The reservations by container. A table for ids that are 32 hexadecimal digits: it compares two
 * numbers in the reservation, and so looks at a third of the memory that a map of texts would.
 */
final class Places {
  private static final int FIRST_SIZE = 64;
  private static final int DIGITS = 16;
  private static final int DIGIT_BITS = 4;
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  /** What is hashed to, 0 for nothing; the same places in both. */
  private int[] tags = new int[FIRST_SIZE];

  private Reservation[] held = new Reservation[FIRST_SIZE];
  private int size;

  static long high(RecordId id) {
    return number(id.value(), 0);
  }

  static long low(RecordId id) {
    return number(id.value(), DIGITS);
  }

  private static long number(String digits, int from) {
    long number = 0;
    for (int i = from; i < from + DIGITS; i++) {
      int digit = digits.charAt(i);
      // Letters have the bit of 64, and stand nine after what their low bits say.
      number = (number << DIGIT_BITS) | ((digit & 15) + 9 * (digit >>> 6));
    }
    return number;
  }

  private static int tag(long high, long low) {
    return (int) ((((high * SPREAD) ^ low) * SPREAD) >>> Integer.SIZE) | 1;
  }

  private int slot(int tag) {
    // The lowest bit is always set.
    return (tag >>> 1) & (tags.length - 1);
  }

  private int find(long high, long low) {
    int tag = tag(high, low);
    for (int at = slot(tag); tags[at] != 0; at = (at + 1) & (tags.length - 1)) {
      if (tags[at] == tag && held[at].is(high, low)) {
        return at;
      }
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
    if (2 * ++size > tags.length) {
      grow();
    }
    put(reservation);
  }

  private void put(Reservation reservation) {
    int tag = tag(reservation.high(), reservation.low());
    int at = slot(tag);
    while (tags[at] != 0) {
      at = (at + 1) & (tags.length - 1);
    }
    tags[at] = tag;
    held[at] = reservation;
  }

  private void grow() {
    Reservation[] all = held;
    tags = new int[tags.length * 2];
    held = new Reservation[tags.length];
    for (Reservation reservation : all) {
      if (reservation != null) {
        put(reservation);
      }
    }
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
    int mask = tags.length - 1;
    for (int at = (hole + 1) & mask; tags[at] != 0; at = (at + 1) & mask) {
      if (((at - slot(tags[at])) & mask) >= ((at - hole) & mask)) {
        tags[hole] = tags[at];
        held[hole] = held[at];
        hole = at;
      }
    }
    tags[hole] = 0;
    held[hole] = null;
    return removed;
  }
}

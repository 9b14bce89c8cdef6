package dev.berth.scheduler;

/** Sets of small numbers, kept in words of a larger array. */
final class Bits {
  private Bits() {}

  static void set(long[] words, int from, int bit) {
    words[from + (bit >> 6)] |= 1L << bit;
  }

  static void clear(long[] words, int from, int bit) {
    words[from + (bit >> 6)] &= ~(1L << bit);
  }

  /** The least that is in it and not less than {@code bit}; -1 when there is none. */
  static int next(long[] words, int from, int size, int bit) {
    int word = bit >> 6;
    if (word >= size) {
      return -1;
    }
    long rest = words[from + word] & (-1L << bit);
    while (rest == 0) {
      if (++word == size) {
        return -1;
      }
      rest = words[from + word];
    }
    return (word << 6) + Long.numberOfTrailingZeros(rest);
  }

  /** The largest that is in it and not more than {@code bit}; -1 when there is none. */
  static int previous(long[] words, int from, int bit) {
    if (bit < 0) {
      return -1;
    }
    int word = bit >> 6;
    long rest = words[from + word] & (-1L >>> (63 - (bit & 63)));
    while (rest == 0) {
      if (--word < 0) {
        return -1;
      }
      rest = words[from + word];
    }
    return (word << 6) + 63 - Long.numberOfLeadingZeros(rest);
  }
}

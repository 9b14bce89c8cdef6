package dev.berth.common.id;

/**
 * Counts the leaders that the cluster has had. A mutating call carries the epoch in which it was
 * decided, and an agent that knows of a later one refuses it (a fencing token).
 */
public record Epoch(long value) implements Comparable<Epoch> {
  public static final Epoch NONE = new Epoch(0);

  public static Epoch parse(String text) {
    return new Epoch(Long.parseLong(text));
  }

  public Epoch next() {
    return new Epoch(value + 1);
  }

  public boolean isBefore(Epoch other) {
    return value < other.value;
  }

  @Override
  public int compareTo(Epoch other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}

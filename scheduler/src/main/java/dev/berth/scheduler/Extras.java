package dev.berth.scheduler;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongBinaryOperator;

/**
 * Amounts of what is counted besides CPU and memory. Immutable; nearly always {@link #NONE}, which
 * costs nothing.
 *
 * @param amounts zeros are left out
 */
public record Extras(Map<ResourceKind, Long> amounts) {
  public static final Extras NONE = new Extras(Map.of());

  public static final long MAX = 1L << 50;

  public Extras {
    Map<ResourceKind, Long> kept = new HashMap<>();
    amounts.forEach(
        (kind, amount) -> {
          if (amount < 0) {
            throw new IllegalArgumentException(
                "invalid amount %d of %s: it cannot be negative".formatted(amount, kind));
          }
          if (amount > 0) {
            kept.put(kind, amount);
          }
        });
    amounts = Map.copyOf(kept);
  }

  /** Nothing when it is negative; what is more than {@link #MAX} counts as that. */
  public static Extras of(ResourceKind kind, long amount) {
    return new Extras(Map.of(kind, Math.clamp(amount, 0, MAX)));
  }

  public boolean isNone() {
    return amounts.isEmpty();
  }

  public long of(ResourceKind kind) {
    return amounts.getOrDefault(kind, 0L);
  }

  /**
   * @throws ArithmeticException when a sum is no {@code long}
   */
  public Extras plus(Extras other) {
    return merged(other, Math::addExact);
  }

  /**
   * @throws IllegalArgumentException when there is more of anything in the other
   */
  public Extras minus(Extras other) {
    return merged(other, Math::subtractExact);
  }

  private Extras merged(Extras other, LongBinaryOperator operator) {
    if (other.isNone()) {
      return this;
    }
    Map<ResourceKind, Long> merged = new HashMap<>(amounts);
    other.amounts.forEach(
        (kind, amount) -> merged.put(kind, operator.applyAsLong(of(kind), amount)));
    return new Extras(merged);
  }
}

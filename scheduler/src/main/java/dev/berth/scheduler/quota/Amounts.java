package dev.berth.scheduler.quota;

import java.util.EnumMap;
import java.util.Map;

/** So much of each quantity; what is not named is nothing. Immutable. */
public record Amounts(Map<Quantity, Long> of) {
  public static final Amounts NONE = new Amounts(Map.of());

  public Amounts {
    EnumMap<Quantity, Long> kept = new EnumMap<>(Quantity.class);
    of.forEach(
        (quantity, amount) -> {
          if (amount < 0) {
            throw new IllegalArgumentException(
                "an amount of %s is not negative: %d".formatted(quantity.word(), amount));
          }
          if (amount > 0) {
            kept.put(quantity, amount);
          }
        });
    of = java.util.Collections.unmodifiableMap(kept);
  }

  /** One thing of that kind. */
  public static Amounts one(Quantity quantity) {
    return new Amounts(Map.of(quantity, 1L));
  }

  public long of(Quantity quantity) {
    return of.getOrDefault(quantity, 0L);
  }

  Amounts plus(Amounts other) {
    EnumMap<Quantity, Long> sum = new EnumMap<>(Quantity.class);
    sum.putAll(of);
    other.of.forEach((quantity, amount) -> sum.merge(quantity, amount, Math::addExact));
    return new Amounts(sum);
  }

  /**
   * @throws IllegalArgumentException when there is more of anything in the other
   */
  Amounts minus(Amounts other) {
    EnumMap<Quantity, Long> rest = new EnumMap<>(Quantity.class);
    rest.putAll(of);
    other.of.forEach((quantity, amount) -> rest.merge(quantity, -amount, Math::addExact));
    return new Amounts(rest);
  }
}

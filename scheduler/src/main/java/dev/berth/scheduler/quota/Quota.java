package dev.berth.scheduler.quota;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** The most that a tenant may have of each quantity; what is not named has no limit. Immutable. */
public record Quota(Map<Quantity, Long> limits) {
  public static final Quota NONE = new Quota(Map.of());

  /** What would be too much. */
  public record Excess(Quantity quantity, long limit, long used, long asked) {

    /** For the tenant, with what can be done. */
    public String sentence() {
      return ("quota exceeded: of %s this tenant may have %s, has %s, and this asks for %s;"
              + " remove something, ask for less, or ask an operator for more")
          .formatted(
              quantity.word(), quantity.text(limit), quantity.text(used), quantity.text(asked));
    }
  }

  public Quota {
    EnumMap<Quantity, Long> kept = new EnumMap<>(Quantity.class);
    kept.putAll(limits);
    limits = Collections.unmodifiableMap(kept);
  }

  /**
   * Reads limits by their words, as {@code memory} and {@code 4g}.
   *
   * @throws IllegalArgumentException with a sentence
   */
  public static Quota of(Map<String, String> texts) {
    EnumMap<Quantity, Long> limits = new EnumMap<>(Quantity.class);
    texts.forEach(
        (word, text) -> {
          Quantity quantity =
              Quantity.ofWord(word)
                  .orElseThrow(
                      () ->
                          new IllegalArgumentException(
                              "there is no quota of %s; there are %s"
                                  .formatted(word, String.join(", ", Quantity.words()))));
          limits.put(quantity, quantity.parse(text));
        });
    return new Quota(limits);
  }

  public OptionalLong limit(Quantity quantity) {
    Long limit = limits.get(quantity);
    return limit == null ? OptionalLong.empty() : OptionalLong.of(limit);
  }

  /** The first quantity of which there would be too much with that. */
  public Optional<Excess> excess(Amounts used, Amounts asked) {
    for (Map.Entry<Quantity, Long> limit : limits.entrySet()) {
      Quantity quantity = limit.getKey();
      long more = asked.of(quantity);
      if (more > 0 && more > limit.getValue() - used.of(quantity)) {
        return Optional.of(new Excess(quantity, limit.getValue(), used.of(quantity), more));
      }
    }
    return Optional.empty();
  }

  /** As it is given, {@code containers=20,memory=4GiB}. */
  @Override
  public String toString() {
    return limits.entrySet().stream()
        .map(limit -> limit.getKey().word() + "=" + limit.getKey().text(limit.getValue()))
        .collect(Collectors.joining(","));
  }
}

package dev.berth.manager.tenant;

import dev.berth.common.record.AllotmentRecord;
import dev.berth.scheduler.expression.Expression;
import dev.berth.scheduler.expression.Hints;
import dev.berth.scheduler.expression.MalformedHintException;
import dev.berth.scheduler.quota.Quantity;
import dev.berth.scheduler.quota.Quota;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a tenant may have. Immutable.
 *
 * @param quota the most of each quantity
 * @param flavor the name of the flavor of its containers that name none
 * @param strategy how its containers are spread that do not say it themselves: a word of the hint
 * @param constraints on the hosts that it may use: each must satisfy all
 */
public record Allotment(
    Quota quota, Optional<String> flavor, Optional<String> strategy, List<Expression> constraints) {
  public static final Allotment NONE = of(Quota.NONE);

  public Allotment {
    constraints = List.copyOf(constraints);
  }

  /** That quota, and else what all have. */
  public static Allotment of(Quota quota) {
    return new Allotment(quota, Optional.empty(), Optional.empty(), List.of());
  }

  /** What a record says; quantities of a later version are passed over. */
  static Allotment of(AllotmentRecord record) {
    EnumMap<Quantity, Long> limits = new EnumMap<>(Quantity.class);
    record
        .quota()
        .forEach((word, limit) -> Quantity.ofWord(word).ifPresent(each -> limits.put(each, limit)));
    return new Allotment(
        new Quota(limits),
        text(record.flavor()),
        text(record.strategy()),
        constraints(record.constraints()));
  }

  private static Optional<String> text(String text) {
    return Optional.ofNullable(text).filter(each -> !each.isEmpty());
  }

  /**
   * Reads constraints, each as {@code zone!=a}, in the language of placement hints.
   *
   * @throws IllegalArgumentException with a sentence, also for one that is only wanted: what a
   *     tenant may use is no wish
   */
  public static List<Expression> constraints(List<String> texts) {
    List<Expression> constraints;
    try {
      constraints =
          Hints.parse(texts.stream().map(text -> "constraint:" + text).toList()).constraints();
    } catch (MalformedHintException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    for (Expression constraint : constraints) {
      if (constraint.soft()) {
        throw new IllegalArgumentException(
            "constraint \"%s\" would only be a wish: leave out the ~".formatted(constraint));
      }
    }
    return constraints;
  }

  AllotmentRecord record() {
    Map<String, Long> limits = new LinkedHashMap<>();
    quota.limits().forEach((quantity, limit) -> limits.put(quantity.word(), limit));
    return new AllotmentRecord(
        limits,
        flavor.orElse(""),
        strategy.orElse(""),
        constraints.stream().map(Expression::toString).toList());
  }
}

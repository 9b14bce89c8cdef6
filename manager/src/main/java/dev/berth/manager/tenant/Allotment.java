package dev.berth.manager.tenant;

import dev.berth.common.record.AllotmentRecord;
import dev.berth.scheduler.quota.Quantity;
import dev.berth.scheduler.quota.Quota;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a tenant may have. Immutable.
 *
 * @param quota the most of each quantity
 * @param flavor the name of the flavor of its containers that name none
 * @param strategy how its containers are spread that do not say it themselves: a word of the hint
 */
public record Allotment(Quota quota, Optional<String> flavor, Optional<String> strategy) {
  public static final Allotment NONE =
      new Allotment(Quota.NONE, Optional.empty(), Optional.empty());

  /** What a record says; quantities of a later version are passed over. */
  static Allotment of(AllotmentRecord record) {
    EnumMap<Quantity, Long> limits = new EnumMap<>(Quantity.class);
    record
        .quota()
        .forEach((word, limit) -> Quantity.ofWord(word).ifPresent(each -> limits.put(each, limit)));
    return new Allotment(new Quota(limits), text(record.flavor()), text(record.strategy()));
  }

  private static Optional<String> text(String text) {
    return Optional.ofNullable(text).filter(each -> !each.isEmpty());
  }

  AllotmentRecord record() {
    Map<String, Long> limits = new LinkedHashMap<>();
    quota.limits().forEach((quantity, limit) -> limits.put(quantity.word(), limit));
    return new AllotmentRecord(limits, flavor.orElse(""), strategy.orElse(""));
  }
}

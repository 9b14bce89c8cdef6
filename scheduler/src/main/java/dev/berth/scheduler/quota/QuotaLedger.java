package dev.berth.scheduler.quota;

import dev.berth.common.id.TenantId;
import dev.berth.scheduler.quota.Quota.Excess;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What each tenant has, thing by thing, so that it is given back exactly as it was taken. Not safe
 * for more than one thread: a leader has one writer.
 */
public final class QuotaLedger {
  private record Entry(TenantId tenant, Amounts amounts) {}

  private final Map<String, Entry> entries = new HashMap<>();
  private final Map<TenantId, Amounts> sums = new HashMap<>();

  /**
   * Counts a thing if that stays within the quota. Another amount of a thing that is counted
   * already takes the place of the one before, and less of it is never refused.
   *
   * @param thing what it is known by when it is given back
   * @return why it is refused; then nothing has changed
   */
  public Optional<Excess> take(TenantId tenant, String thing, Amounts amounts, Quota quota) {
    Amounts before = counted(thing);
    Amounts others = used(tenant).minus(before);
    Optional<Excess> excess = quota.excess(others, onlyMore(before, amounts));
    if (excess.isEmpty()) {
      put(tenant, thing, amounts);
    }
    return excess;
  }

  private static Amounts onlyMore(Amounts before, Amounts now) {
    Map<Quantity, Long> more = new HashMap<>(now.of());
    more.entrySet().removeIf(each -> each.getValue() <= before.of(each.getKey()));
    return new Amounts(more);
  }

  /** Counts a thing that is there already, whether it is within the quota or not. */
  public void put(TenantId tenant, String thing, Amounts amounts) {
    release(thing);
    entries.put(thing, new Entry(tenant, amounts));
    sums.merge(tenant, amounts, Amounts::plus);
  }

  /** Gives back what was counted for a thing; nothing happens when nothing was. */
  public void release(String thing) {
    Entry entry = entries.remove(thing);
    if (entry != null) {
      sums.computeIfPresent(
          entry.tenant(),
          (_, sum) -> {
            Amounts rest = sum.minus(entry.amounts());
            return rest.of().isEmpty() ? null : rest;
          });
    }
  }

  /** What is counted for a thing. */
  public Amounts counted(String thing) {
    Entry entry = entries.get(thing);
    return entry == null ? Amounts.NONE : entry.amounts();
  }

  /** What a tenant has in all. */
  public Amounts used(TenantId tenant) {
    return sums.getOrDefault(tenant, Amounts.NONE);
  }
}

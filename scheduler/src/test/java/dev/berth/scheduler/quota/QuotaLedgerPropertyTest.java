package dev.berth.scheduler.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.common.id.TenantId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class QuotaLedgerPropertyTest {
  private static final List<TenantId> TENANTS =
      List.of(new TenantId("acme"), new TenantId("umbrella"));
  private static final Quota QUOTA =
      new Quota(Map.of(Quantity.CONTAINERS, 5L, Quantity.MEMORY, 100L));
  private static final int THINGS = 12;

  private record Held(TenantId tenant, Amounts amounts) {}

  @Property(tries = 500)
  void through_any_history_nobody_is_over_quota_and_the_sums_are_those_of_what_is_held(
      @ForAll Random random) {
    QuotaLedger ledger = new QuotaLedger();
    Map<String, Held> held = new HashMap<>();
    for (int step = 0; step < 60; step++) {
      String thing = "thing" + random.nextInt(THINGS);
      if (random.nextInt(3) == 0) {
        ledger.release(thing);
        held.remove(thing);
      } else {
        // A thing is always the same tenant's.
        TenantId tenant = TENANTS.get(thing.hashCode() & 1);
        Amounts amounts =
            new Amounts(
                Map.of(Quantity.CONTAINERS, 1L, Quantity.MEMORY, (long) random.nextInt(60)));
        Optional<Quota.Excess> excess = ledger.take(tenant, thing, amounts, QUOTA);
        Map<String, Held> after = new HashMap<>(held);
        after.put(thing, new Held(tenant, amounts));
        assertThat(excess.isEmpty()).isEqualTo(isWithin(after, tenant));
        if (excess.isEmpty()) {
          held = after;
        }
      }
      for (TenantId tenant : TENANTS) {
        assertThat(ledger.used(tenant).of(Quantity.MEMORY))
            .isEqualTo(sum(held, tenant, Quantity.MEMORY))
            .isLessThanOrEqualTo(100);
        assertThat(ledger.used(tenant).of(Quantity.CONTAINERS))
            .isEqualTo(sum(held, tenant, Quantity.CONTAINERS))
            .isLessThanOrEqualTo(5);
      }
    }
  }

  private static boolean isWithin(Map<String, Held> held, TenantId tenant) {
    return QUOTA.limits().entrySet().stream()
        .allMatch(limit -> sum(held, tenant, limit.getKey()) <= limit.getValue());
  }

  private static long sum(Map<String, Held> held, TenantId tenant, Quantity quantity) {
    return held.values().stream()
        .filter(each -> each.tenant().equals(tenant))
        .mapToLong(each -> each.amounts().of(quantity))
        .sum();
  }

  @Property(tries = 100)
  void less_of_a_thing_is_never_refused_though_the_tenant_is_over_its_quota(@ForAll Random random) {
    QuotaLedger ledger = new QuotaLedger();
    TenantId tenant = TENANTS.getFirst();
    long much = 200L + random.nextInt(100);
    ledger.put(tenant, "thing", new Amounts(Map.of(Quantity.MEMORY, much)));
    Amounts less = new Amounts(Map.of(Quantity.MEMORY, much - 1 - random.nextInt(50)));
    assertThat(ledger.take(tenant, "thing", less, QUOTA)).isEmpty();
    assertThat(ledger.used(tenant)).isEqualTo(less);
  }
}

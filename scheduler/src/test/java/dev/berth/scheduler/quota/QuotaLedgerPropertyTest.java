package dev.berth.scheduler.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.common.id.TenantId;
import java.util.EnumMap;
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
  private static final int THINGS = 12;

  private record Held(TenantId tenant, Amounts amounts) {}

  @Property(tries = 500)
  void through_any_history_nobody_is_over_quota_and_the_sums_are_those_of_what_is_held(
      @ForAll Random random) {
    QuotaLedger ledger = new QuotaLedger();
    Map<TenantId, Quota> quotas = new HashMap<>();
    TENANTS.forEach(tenant -> quotas.put(tenant, new Quota(draw(random, 40, 140))));
    Map<String, Held> held = new HashMap<>();
    for (int step = 0; step < 60; step++) {
      String thing = "thing" + random.nextInt(THINGS);
      if (random.nextInt(3) == 0) {
        ledger.release(thing);
        held.remove(thing);
      } else {
        // A thing is always the same tenant's.
        TenantId tenant = TENANTS.get(thing.hashCode() & 1);
        Amounts amounts = new Amounts(draw(random, 0, 50));
        Quota quota = quotas.get(tenant);
        Optional<Quota.Excess> excess = ledger.take(tenant, thing, amounts, quota);
        Map<String, Held> after = new HashMap<>(held);
        after.put(thing, new Held(tenant, amounts));
        assertThat(excess.isEmpty()).isEqualTo(isWithin(after, tenant, quota));
        if (excess.isEmpty()) {
          held = after;
        }
      }
      for (TenantId tenant : TENANTS) {
        for (Quantity quantity : Quantity.values()) {
          assertThat(ledger.used(tenant).of(quantity))
              .as(quantity.word())
              .isEqualTo(sum(held, tenant, quantity))
              .isLessThanOrEqualTo(quotas.get(tenant).limit(quantity).orElse(Long.MAX_VALUE));
        }
      }
    }
  }

  /** Amounts from the least up to the most, of about half of all quantities. */
  private static Map<Quantity, Long> draw(Random random, int least, int most) {
    Map<Quantity, Long> drawn = new EnumMap<>(Quantity.class);
    for (Quantity quantity : Quantity.values()) {
      if (random.nextBoolean()) {
        drawn.put(quantity, random.nextLong(least, most + 1L));
      }
    }
    return drawn;
  }

  private static boolean isWithin(Map<String, Held> held, TenantId tenant, Quota quota) {
    return quota.limits().entrySet().stream()
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
    Quota quota = new Quota(Map.of(Quantity.MEMORY, 100L));
    assertThat(ledger.take(tenant, "thing", less, quota)).isEmpty();
    assertThat(ledger.used(tenant)).isEqualTo(less);
  }
}

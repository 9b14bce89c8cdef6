package dev.berth.manager.http;

import dev.berth.common.id.TenantId;
import dev.berth.manager.ops.TenantUsage;
import dev.berth.manager.tenant.Allotment;
import dev.berth.scheduler.quota.Quantity;
import dev.berth.scheduler.quota.Quota;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** How much of the fleet is a tenant's: its engine is as large as its quota. */
final class TenantShare {
  private static final long NANO = 1_000_000_000L;

  private final Function<TenantId, Allotment> allotments;
  private final TenantUsage usage;

  TenantShare(Function<TenantId, Allotment> allotments, TenantUsage usage) {
    this.allotments = allotments;
    this.usage = usage;
  }

  /** Whole CPUs, of so many in the fleet; a part of one counts as one. */
  int cpus(TenantId tenant, int fleet) {
    long limit = quota(tenant).limit(Quantity.CPUS).orElse(Long.MAX_VALUE - NANO);
    return (int) Math.min(fleet, (limit + NANO - 1) / NANO);
  }

  /** Bytes, of so many in the fleet. */
  long memory(TenantId tenant, long fleet) {
    return Math.min(fleet, quota(tenant).limit(Quantity.MEMORY).orElse(Long.MAX_VALUE));
  }

  /** What is used of each limited quantity, as {@code berth.quota.memory=1GiB of 4GiB}. */
  List<String> labels(TenantId tenant) {
    Quota quota = quota(tenant);
    List<String> labels = new ArrayList<>();
    if (!quota.limits().isEmpty()) {
      Map<Quantity, Long> used = usage.of(tenant).used();
      quota
          .limits()
          .forEach(
              (quantity, limit) ->
                  labels.add(
                      "berth.quota.%s=%s of %s"
                          .formatted(
                              quantity.word(),
                              quantity.text(used.getOrDefault(quantity, 0L)),
                              quantity.text(limit))));
    }
    return labels;
  }

  private Quota quota(TenantId tenant) {
    return allotments.apply(tenant).quota();
  }
}

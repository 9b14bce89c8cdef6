package dev.berth.manager.http;

import dev.berth.common.id.TenantId;
import dev.berth.manager.tenant.Allotment;
import dev.berth.scheduler.quota.Amounts;
import dev.berth.scheduler.quota.Quantity;
import dev.berth.scheduler.quota.Quota;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Lets a tenant make more of something while it has any room left for it. How large it will be
 * nobody knows before, so the last one can go over.
 */
final class MeasuredQuota {
  private final Quantity quantity;
  private final String things;
  private final Function<TenantId, Allotment> allotments;
  private final ToLongFunction<TenantId> used;

  /**
   * A quota.
   *
   * @param things what a tenant can remove to have room again
   * @param used what each has now; asked for those alone whose quota has a limit
   */
  MeasuredQuota(
      Quantity quantity,
      String things,
      Function<TenantId, Allotment> allotments,
      ToLongFunction<TenantId> used) {
    this.quantity = quantity;
    this.things = things;
    this.allotments = allotments;
    this.used = used;
  }

  void requireRoom(TenantId tenant) {
    Quota quota = allotments.apply(tenant).quota();
    if (quota.limit(quantity).isEmpty()) {
      return;
    }
    Amounts now = new Amounts(Map.of(quantity, used.applyAsLong(tenant)));
    quota
        .excess(now, Amounts.one(quantity))
        .ifPresent(
            excess -> {
              throw new ApiException(
                  403,
                  "quota exceeded: of %s this tenant may have %s and has %s; remove %s, or ask an operator for more"
                      .formatted(
                          quantity.word(),
                          quantity.text(excess.limit()),
                          quantity.text(excess.used()),
                          things));
            });
  }
}

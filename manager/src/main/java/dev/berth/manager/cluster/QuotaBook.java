package dev.berth.manager.cluster;

import dev.berth.common.id.TenantId;
import dev.berth.manager.tenant.Allotment;
import dev.berth.scheduler.Request;
import dev.berth.scheduler.ResourceKind;
import dev.berth.scheduler.quota.Amounts;
import dev.berth.scheduler.quota.Quantity;
import dev.berth.scheduler.quota.Quota;
import dev.berth.scheduler.quota.QuotaLedger;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What each tenant has of what quotas count, and may have. Guarded by the placer's lock. */
final class QuotaBook {
  private final Function<TenantId, Allotment> allotments;
  private QuotaLedger ledger = new QuotaLedger();

  /** With what each tenant may have. */
  QuotaBook(Function<TenantId, Allotment> allotments) {
    this.allotments = allotments;
  }

  /** Nobody has anything. */
  void clear() {
    ledger = new QuotaLedger();
  }

  private static Amounts amounts(Placer.Kind kind, Request request) {
    return new Amounts(
        Map.of(
            kind == Placer.Kind.BUILD ? Quantity.BUILDS : Quantity.CONTAINERS,
            1L,
            Quantity.CPUS,
            request.resources().cpus().value(),
            Quantity.MEMORY,
            request.resources().memory().value(),
            Quantity.GPUS,
            request.demands().extras().of(ResourceKind.GPU),
            Quantity.DEVICES,
            Devices.count(request.demands().extras()),
            Quantity.PIDS,
            request.demands().extras().of(ResourceKind.PIDS),
            Quantity.DISK,
            request.demands().extras().of(ResourceKind.DISK),
            Quantity.PORTS,
            (long) request.ports().size()));
  }

  private Quota quota(TenantId tenant) {
    return allotments.apply(tenant).quota();
  }

  /** Counts what is there, whether it may be or not. */
  void put(Placer.Kind kind, Request request) {
    ledger.put(request.tenant(), request.id().value(), amounts(kind, request));
  }

  /** The same for one thing. */
  void put(TenantId tenant, Quantity quantity, String record) {
    ledger.put(tenant, record, Amounts.one(quantity));
  }

  /**
   * Counts what is to be there.
   *
   * @throws RefusedPlacementException when the tenant would have too much
   */
  void take(Placer.Kind kind, Request request) throws RefusedPlacementException {
    require(
        ledger.take(
            request.tenant(),
            request.id().value(),
            amounts(kind, request),
            quota(request.tenant())));
  }

  /** The same for one thing. */
  void take(TenantId tenant, Quantity quantity, String record) throws RefusedPlacementException {
    require(ledger.take(tenant, record, Amounts.one(quantity), quota(tenant)));
  }

  private static void require(Optional<Quota.Excess> excess) throws RefusedPlacementException {
    if (excess.isPresent()) {
      throw RefusedPlacementException.overQuota(excess.get());
    }
  }

  /** Why a tenant could not have that besides; empty when it could. */
  Optional<String> excess(Placer.Kind kind, Request request) {
    return quota(request.tenant())
        .excess(ledger.used(request.tenant()), amounts(kind, request))
        .map(Quota.Excess::sentence);
  }

  /** What was counted is gone; nothing happens when it was not counted. */
  void release(String id) {
    ledger.release(id);
  }

  Amounts used(TenantId tenant) {
    return ledger.used(tenant);
  }
}

package dev.berth.manager.ops;

import dev.berth.common.id.TenantId;
import dev.berth.scheduler.quota.Quantity;
import java.util.Map;

/** Counts what a tenant has. Safe for any thread; answers from memory. */
@FunctionalInterface
public interface TenantUsage {

  /**
   * What a tenant has now.
   *
   * @param memory in bytes, reserved by its containers
   * @param cpus in cores, reserved by its containers
   * @param used what quotas count, each in its smallest unit
   */
  record Usage(int containers, int running, long memory, double cpus, Map<Quantity, Long> used) {}

  Usage of(TenantId tenant);
}

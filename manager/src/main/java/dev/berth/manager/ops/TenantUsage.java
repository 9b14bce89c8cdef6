package dev.berth.manager.ops;

import dev.berth.common.id.TenantId;

/** Counts what a tenant has. Safe for any thread; answers from memory. */
@FunctionalInterface
public interface TenantUsage {

  /**
   * What a tenant has now.
   *
   * @param memory in bytes, reserved by its containers
   * @param cpus in cores, reserved by its containers
   */
  record Usage(int containers, int running, long memory, double cpus) {}

  Usage of(TenantId tenant);
}

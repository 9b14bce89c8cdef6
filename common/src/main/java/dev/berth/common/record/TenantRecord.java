package dev.berth.common.record;

/**
 * An account.
 *
 * @param id its {@link dev.berth.common.id.TenantId}
 * @param created in milliseconds since 1970
 */
public record TenantRecord(String id, long created) {}

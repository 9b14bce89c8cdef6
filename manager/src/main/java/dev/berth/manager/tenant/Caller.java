package dev.berth.manager.tenant;

import dev.berth.common.id.TenantId;

/** Who makes a request, and in which tenant it acts. */
public record Caller(String user, TenantId tenant, Role role) {}

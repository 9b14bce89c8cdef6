package dev.berth.manager.tenant;

import dev.berth.common.id.TenantId;
import java.time.Instant;

/** What a token stands for: a user in a tenant, with a role, for a time. */
public record Token(String user, TenantId tenant, Role role, Instant issued, Instant expires) {

  public boolean isExpiredAt(Instant now) {
    return !now.isBefore(expires);
  }

  Caller caller(IdentitySource source) {
    return new Caller(user, tenant, role, source);
  }
}

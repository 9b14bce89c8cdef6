package dev.berth.manager.tenant;

import dev.berth.common.id.TenantId;

/**
 * Who makes a request, and in which tenant it acts.
 *
 * @param source says who the user is; the name alone does not
 */
public record Caller(String user, TenantId tenant, Role role, IdentitySource source) {

  /** Whether the user is one of Berth's own store, if it has one of that name. */
  public boolean isOfOwnStore() {
    return source != IdentitySource.KEYSTONE;
  }
}

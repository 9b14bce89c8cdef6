package dev.berth.manager.tenant;

import dev.berth.common.id.TenantId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** A person or program of the identity store, with its role in each tenant. */
public record User(String name, Map<TenantId, Role> roles, Instant created) {
  public User {
    roles = Map.copyOf(roles);
  }

  /** Whether it is an operator, who acts in any tenant. */
  public boolean isAdmin() {
    return roles.containsValue(Role.ADMIN);
  }

  public Optional<Role> roleIn(TenantId tenant) {
    return isAdmin() ? Optional.of(Role.ADMIN) : Optional.ofNullable(roles.get(tenant));
  }
}

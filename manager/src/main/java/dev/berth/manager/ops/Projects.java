package dev.berth.manager.ops;

import dev.berth.common.id.TenantId;
import dev.berth.manager.tenant.Caller;
import dev.berth.manager.tenant.IdentityStore;
import dev.berth.manager.tenant.Role;
import dev.berth.manager.tenant.User;
import java.util.List;
import java.util.Optional;

/** The tenants that a caller can act in, which Keystone's clients know as projects. */
final class Projects {
  private Projects() {}

  /**
   * In the order of their names: its own, those it has a role in, and all of them for operators. A
   * user of Keystone's acts in the token's own project only.
   */
  static List<TenantId> of(Caller caller, IdentityStore identities) {
    if (!caller.isOfOwnStore()) {
      return List.of(caller.tenant());
    }
    Optional<User> user = identities.user(caller.user());
    return identities.tenants().stream()
        .map(record -> new TenantId(record.id()))
        .filter(
            tenant ->
                tenant.equals(caller.tenant())
                    || caller.role() == Role.ADMIN
                    || user.flatMap(known -> known.roleIn(tenant)).isPresent())
        .toList();
  }
}

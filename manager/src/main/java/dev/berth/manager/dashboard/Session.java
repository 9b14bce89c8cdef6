package dev.berth.manager.dashboard;

import dev.berth.common.id.TenantId;
import dev.berth.manager.tenant.IdentitySource;
import dev.berth.manager.tenant.Role;

/**
 * Somebody who is logged in at the page.
 *
 * @param id in the browser's cookie, and nowhere else
 * @param secret what the page's own script sends along with each call: it is kept where only pages
 *     of the same address and port can read it
 * @param token by which every call of the page is checked
 * @param source says with the name who the user is
 * @param isOwnToken whether the token was given out for this session alone
 */
public record Session(
    String id,
    String secret,
    String token,
    boolean isOwnToken,
    TenantId tenant,
    String user,
    IdentitySource source,
    Role role) {

  @Override
  public String toString() {
    return "session of %s in %s".formatted(user, tenant);
  }
}

package dev.berth.manager.keystone;

import dev.berth.common.http.Headers;
import dev.berth.common.tls.Peer;
import dev.berth.manager.tenant.Authenticator;
import dev.berth.manager.tenant.Caller;
import dev.berth.manager.tenant.IdentitySource;
import dev.berth.manager.tenant.IdentityStore;
import dev.berth.manager.tenant.RefusedCallerException;
import dev.berth.manager.tenant.Role;
import dev.berth.manager.tenant.StoreAuthenticator;
import java.util.Optional;
import java.util.Set;

/**
 * Berth's own store and a Keystone beside each other: a token has the form of the one or not, so
 * that no token is shown to the other. Certificates are the store's. A source that is switched off
 * vouches for nobody, but the machine's own operator gets in by the own store's token all the same.
 */
public final class IdentitySources implements Authenticator {
  private final StoreAuthenticator own;
  private final Optional<KeystoneAuthenticator> keystone;
  private final Set<IdentitySource> on;
  private final String operator;

  /**
   * @param keystone empty where there is none
   * @param on the sources that are switched on
   * @param operator the user of the own store who is never shut out
   */
  public IdentitySources(
      StoreAuthenticator own,
      Optional<KeystoneAuthenticator> keystone,
      Set<IdentitySource> on,
      String operator) {
    this.own = own;
    this.keystone = keystone;
    this.on = Set.copyOf(on);
    this.operator = operator;
  }

  @Override
  public Caller authenticate(Headers headers, Optional<Peer> certificate) {
    if (isForKeystone(headers)) {
      if (!on.contains(IdentitySource.KEYSTONE)) {
        throw off("tokens of Keystone are not taken here");
      }
      return keystone.orElseThrow().authenticate(headers, certificate);
    }
    Caller caller = own.authenticate(headers, certificate);
    if (!on.contains(caller.source()) && !isOperator(caller)) {
      throw off(
          caller.source() == IdentitySource.OWN
              ? "tokens of Berth's own store are not taken here"
              : "client certificates are not taken here");
    }
    return caller;
  }

  private RefusedCallerException off(String what) {
    return new RefusedCallerException(401, what + " (identity.sources): " + instead());
  }

  private String instead() {
    if (on.contains(IdentitySource.KEYSTONE)) {
      return "log in with 'berth login --keystone'";
    }
    return on.contains(IdentitySource.OWN)
        ? "log in with 'berth login --user'"
        : "ask an operator for a client certificate";
  }

  private boolean isOperator(Caller caller) {
    return caller.source() == IdentitySource.OWN
        && caller.role() == Role.ADMIN
        && caller.user().equals(operator);
  }

  @Override
  public boolean knows(Headers headers, Optional<Peer> certificate) {
    return isForKeystone(headers)
        ? keystone.orElseThrow().knows(headers, certificate)
        : own.knows(headers, certificate);
  }

  private boolean isForKeystone(Headers headers) {
    return keystone.isPresent()
        && headers
            .first(StoreAuthenticator.TOKEN)
            .map(String::strip)
            .filter(token -> !token.isEmpty() && !IdentityStore.isToken(token))
            .isPresent();
  }
}

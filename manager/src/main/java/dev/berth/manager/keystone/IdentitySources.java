package dev.berth.manager.keystone;

import dev.berth.common.http.Headers;
import dev.berth.common.tls.Peer;
import dev.berth.manager.tenant.Authenticator;
import dev.berth.manager.tenant.Caller;
import dev.berth.manager.tenant.IdentityStore;
import dev.berth.manager.tenant.StoreAuthenticator;
import java.util.Optional;

/**
 * Berth's own store and a Keystone beside each other: a token has the form of the one or not, so
 * that no token is shown to the other. Certificates are the store's.
 */
public final class IdentitySources implements Authenticator {
  private final StoreAuthenticator own;
  private final KeystoneAuthenticator keystone;

  public IdentitySources(StoreAuthenticator own, KeystoneAuthenticator keystone) {
    this.own = own;
    this.keystone = keystone;
  }

  @Override
  public Caller authenticate(Headers headers, Optional<Peer> certificate) {
    return source(headers).authenticate(headers, certificate);
  }

  @Override
  public boolean knows(Headers headers, Optional<Peer> certificate) {
    return source(headers).knows(headers, certificate);
  }

  private Authenticator source(Headers headers) {
    return headers
        .first(StoreAuthenticator.TOKEN)
        .map(String::strip)
        .filter(token -> !token.isEmpty() && !IdentityStore.isToken(token))
        .<Authenticator>map(_ -> keystone)
        .orElse(own);
  }
}

package dev.berth.manager.tenant;

import dev.berth.common.http.Headers;
import dev.berth.common.id.TenantId;
import dev.berth.common.tls.Peer;
import dev.berth.common.tls.PeerRole;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Knows callers by the tokens of the {@link IdentityStore}: {@code X-Auth-Token}, and {@code
 * X-Auth-TenantId} for the tenant to act in, which is the token's own when it is left out. A client
 * certificate stands for the token whose hash is its name, and ends with that.
 */
public final class StoreAuthenticator implements Authenticator {
  public static final String TOKEN = "X-Auth-Token";
  public static final String TENANT = "X-Auth-TenantId";

  private final TokenCache tokens;
  private final TokenCache certificates;
  private final TenantCache tenants;

  public StoreAuthenticator(
      IdentityStore store, TokenCache.Settings settings, InstantSource clock) {
    this.tokens = new TokenCache(store::authenticate, settings, clock);
    this.certificates = new TokenCache(store::withHash, settings, clock);
    this.tenants = new TenantCache(tenant -> store.tenant(tenant).isPresent(), clock);
  }

  @Override
  public Caller authenticate(Headers headers, Optional<Peer> certificate) {
    Optional<String> secret = only(headers, TOKEN).filter(text -> !text.isBlank());
    Optional<String> tenant = only(headers, TENANT).filter(text -> !text.isBlank());
    IdentitySource source = secret.isPresent() ? IdentitySource.OWN : IdentitySource.CERTIFICATES;
    try {
      Token token =
          (secret.isPresent()
                  ? tokens.find(secret.get().strip())
                  : certificates.find(user(certificate)))
              .orElseThrow(
                  () ->
                      new RefusedCallerException(
                          401, "the token is not good or has expired: run 'berth login'"));
      return tenant
          .map(name -> in(name.strip(), token, source))
          .orElseGet(() -> token.caller(source));
    } catch (IdentityException.Unavailable e) {
      throw new RefusedCallerException(503, "the token cannot be checked now: " + e.getMessage());
    }
  }

  @Override
  public boolean knows(Headers headers, Optional<Peer> certificate) {
    Optional<String> secret = headers.first(TOKEN).filter(text -> !text.isBlank());
    return secret.isPresent()
        ? tokens.knows(secret.get().strip())
        : certificate
            .filter(peer -> peer.role() == PeerRole.USER)
            .filter(peer -> certificates.knows(peer.name()))
            .isPresent();
  }

  private static String user(Optional<Peer> certificate) {
    return certificate
        .filter(peer -> peer.role() == PeerRole.USER)
        .map(Peer::name)
        .orElseThrow(
            () ->
                new RefusedCallerException(
                    401,
                    "no token: run 'berth login', or send one in the header %s, or show a user's certificate"
                        .formatted(TOKEN)));
  }

  /** Stops to believe a token at once; other managers do so when their caches run out. */
  public void forget(String secret) {
    tokens.forget(secret);
    certificates.forget(Secrets.hash(secret));
  }

  /** As {@link #forget} for all tokens of which this is true. */
  public void forgetAll(Predicate<Token> which) {
    tokens.forgetAll(which);
    certificates.forgetAll(which);
  }

  /** A tenant is no more: nobody acts in it from now on. */
  public void forget(TenantId tenant) {
    tenants.forget(tenant);
    forgetAll(token -> token.tenant().equals(tenant));
  }

  /**
   * The one value of a header; empty when it is not given.
   *
   * @throws RefusedCallerException when it is given twice
   */
  public static Optional<String> only(Headers headers, String name) {
    List<String> values = headers.all(name);
    if (values.size() > 1) {
      throw new RefusedCallerException(401, "the header %s is given twice".formatted(name));
    }
    return values.stream().findFirst();
  }

  /** A tenant that does not exist is refused in the same words as one that is not the caller's. */
  private Caller in(String name, Token token, IdentitySource source) {
    if (name.equals(token.tenant().value())) {
      return token.caller(source);
    }
    if (token.role() == Role.ADMIN) {
      Optional<TenantId> tenant = parse(name).filter(tenants::exists);
      if (tenant.isPresent()) {
        return new Caller(token.user(), tenant.get(), Role.ADMIN, source);
      }
    }
    throw new RefusedCallerException(
        403,
        "the token of %s is not for the tenant \"%s\"; log in there, or leave the header %s out"
            .formatted(token.user(), name, TENANT));
  }

  private static Optional<TenantId> parse(String name) {
    try {
      return Optional.of(new TenantId(name));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}

package dev.berth.manager.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.common.http.Headers;
import dev.berth.common.id.TenantId;
import dev.berth.common.tls.Peer;
import dev.berth.common.tls.PeerRole;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class StoreAuthenticatorTest {
  private static final TenantId ACME = new TenantId("acme");
  private static final TenantId BETA = new TenantId("beta");

  @RegisterExtension static final ZooKeeperFixture ZOOKEEPER = new ZooKeeperFixture();

  private final MovableClock clock = new MovableClock();
  private IdentityStore store;
  private StoreAuthenticator authenticator;

  @BeforeEach
  void open() {
    store =
        new IdentityStore(
            ZOOKEEPER.fresh("t" + UUID.randomUUID()),
            clock,
            new SecureRandom(),
            new IdentityStore.Settings(Duration.ofHours(24), Duration.ofDays(366), 4));
    store.createTenant(ACME);
    store.createTenant(BETA);
    authenticator = new StoreAuthenticator(store, TokenCache.Settings.DEFAULT, clock);
  }

  private Caller authenticate(String... headers) {
    return authenticator.authenticate(Headers.of(headers), Optional.empty());
  }

  private String token(Role role) {
    return store.issueToken("alice", ACME, role, Optional.empty()).secret();
  }

  private RefusedCallerException refused(String... headers) {
    return catchThrowableOfType(RefusedCallerException.class, () -> authenticate(headers));
  }

  @Test
  void a_token_acts_in_its_own_tenant_named_or_not() {
    String token = token(Role.MEMBER);
    Caller alice = new Caller("alice", ACME, Role.MEMBER, IdentitySource.OWN);

    assertThat(authenticate("X-Auth-Token", token)).isEqualTo(alice);
    assertThat(authenticate("x-auth-token", token, "x-auth-tenantid", "acme")).isEqualTo(alice);
  }

  @Test
  void no_token_is_401_and_says_what_to_do() {
    assertThat(refused().status()).isEqualTo(401);
    assertThat(refused()).hasMessageStartingWith("no token: run 'berth login'");
    assertThat(refused("X-Auth-TenantId", "acme").status()).isEqualTo(401);
    assertThat(refused("X-Auth-Token", "").status()).isEqualTo(401);
  }

  @Test
  void a_token_that_was_never_given_out_is_401() {
    assertThat(refused("X-Auth-Token", "x".repeat(43)).status()).isEqualTo(401);
  }

  @Test
  void a_header_given_twice_is_401() {
    String token = token(Role.MEMBER);

    assertThat(refused("X-Auth-Token", token, "X-AUTH-TOKEN", token).status()).isEqualTo(401);
    assertThat(
            refused("X-Auth-Token", token, "X-Auth-TenantId", "acme", "X-Auth-TenantId", "acme")
                .status())
        .isEqualTo(401);
  }

  @Test
  void another_tenant_is_403_in_the_same_words_whether_it_exists_or_not() {
    String token = token(Role.MEMBER);

    RefusedCallerException exists = refused("X-Auth-Token", token, "X-Auth-TenantId", "beta");
    RefusedCallerException missing = refused("X-Auth-Token", token, "X-Auth-TenantId", "nope");

    assertThat(exists.status()).isEqualTo(403);
    assertThat(missing.status()).isEqualTo(403);
    assertThat(missing.getMessage()).isEqualTo(exists.getMessage().replace("beta", "nope"));
    assertThat(refused("X-Auth-Token", token, "X-Auth-TenantId", "../x").status()).isEqualTo(403);
  }

  @Test
  void an_operator_acts_in_any_tenant_that_exists() {
    String token = token(Role.ADMIN);

    assertThat(authenticate("X-Auth-Token", token, "X-Auth-TenantId", "beta"))
        .isEqualTo(new Caller("alice", BETA, Role.ADMIN, IdentitySource.OWN));
    assertThat(refused("X-Auth-Token", token, "X-Auth-TenantId", "nope").status()).isEqualTo(403);
  }

  @Test
  void a_revoked_token_is_good_for_a_minute_at_most_and_no_longer_once_forgotten() {
    String kept = token(Role.MEMBER);
    String forgotten = token(Role.MEMBER);
    Caller caller = authenticate("X-Auth-Token", kept);
    authenticate("X-Auth-Token", forgotten);
    store.revoke(kept);
    store.revoke(forgotten);
    authenticator.forget(forgotten);

    assertThat(refused("X-Auth-Token", forgotten).status()).isEqualTo(401);
    clock.advance(Duration.ofSeconds(59));
    assertThat(authenticate("X-Auth-Token", kept)).isEqualTo(caller);
    clock.advance(Duration.ofSeconds(1));
    assertThat(refused("X-Auth-Token", kept).status()).isEqualTo(401);
  }

  @Test
  void a_cached_token_ends_with_its_own_time() {
    String token =
        store.issueToken("alice", ACME, Role.MEMBER, Optional.of(Duration.ofSeconds(10))).secret();
    authenticate("X-Auth-Token", token);

    clock.advance(Duration.ofSeconds(10));

    assertThat(refused("X-Auth-Token", token).status()).isEqualTo(401);
  }

  @Test
  void a_users_certificate_acts_as_the_token_that_it_stands_for_and_ends_with_it() {
    String token = token(Role.MEMBER);
    Optional<Peer> certificate = Optional.of(new Peer(PeerRole.USER, Secrets.hash(token)));
    assertThat(authenticator.authenticate(Headers.NONE, certificate))
        .isEqualTo(new Caller("alice", ACME, Role.MEMBER, IdentitySource.CERTIFICATES));
    store.revoke(token);
    authenticator.forget(token);
    assertThat(
            catchThrowableOfType(
                    RefusedCallerException.class,
                    () -> authenticator.authenticate(Headers.NONE, certificate))
                .status())
        .isEqualTo(401);
  }

  @Test
  void a_certificate_of_another_kind_or_with_a_name_that_is_no_hash_is_nobody() {
    String token = token(Role.ADMIN);
    for (Peer peer :
        List.of(
            new Peer(PeerRole.AGENT, Secrets.hash(token)),
            new Peer(PeerRole.MANAGER, Secrets.hash(token)),
            new Peer(PeerRole.USER, token),
            new Peer(PeerRole.USER, "../users/alice"))) {
      assertThat(
              catchThrowableOfType(
                      RefusedCallerException.class,
                      () -> authenticator.authenticate(Headers.NONE, Optional.of(peer)))
                  .status())
          .as(peer.toString())
          .isEqualTo(401);
    }
  }

  @Test
  void a_token_goes_before_a_certificate() {
    String member = token(Role.MEMBER);
    Optional<Peer> certificate =
        Optional.of(new Peer(PeerRole.USER, Secrets.hash(token(Role.ADMIN))));
    assertThat(authenticator.authenticate(Headers.of("X-Auth-Token", member), certificate).role())
        .isEqualTo(Role.MEMBER);
    assertThat(
            catchThrowableOfType(
                    RefusedCallerException.class,
                    () ->
                        authenticator.authenticate(Headers.of("X-Auth-Token", "bad"), certificate))
                .status())
        .isEqualTo(401);
  }
}

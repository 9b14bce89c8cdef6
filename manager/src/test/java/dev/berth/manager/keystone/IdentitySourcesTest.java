package dev.berth.manager.keystone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.berth.common.http.Headers;
import dev.berth.common.id.TenantId;
import dev.berth.common.tls.Peer;
import dev.berth.common.tls.PeerRole;
import dev.berth.manager.tenant.IdentitySource;
import dev.berth.manager.tenant.IdentityStore;
import dev.berth.manager.tenant.MovableClock;
import dev.berth.manager.tenant.RefusedCallerException;
import dev.berth.manager.tenant.Role;
import dev.berth.manager.tenant.Secrets;
import dev.berth.manager.tenant.StoreAuthenticator;
import dev.berth.manager.tenant.TokenCache;
import dev.berth.manager.tenant.ZooKeeperFixture;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class IdentitySourcesTest {
  @RegisterExtension static final ZooKeeperFixture ZOOKEEPER = new ZooKeeperFixture();

  private static final TenantId ACME = new TenantId("acme");

  private final MovableClock clock = new MovableClock();
  private IdentityStore store;
  private StoreAuthenticator own;
  private KeystoneAuthenticator keystone;

  @BeforeEach
  void open() throws IOException {
    store =
        new IdentityStore(
            ZOOKEEPER.fresh("t" + UUID.randomUUID()),
            clock,
            new SecureRandom(),
            new IdentityStore.Settings(Duration.ofHours(24), Duration.ofDays(366), 4));
    store.createTenant(ACME);
    own = new StoreAuthenticator(store, TokenCache.Settings.DEFAULT, clock);
    keystone =
        new KeystoneAuthenticator(
            new KeystoneConfig(
                URI.create("http://127.0.0.1:1"),
                KeystoneConfig.Version.V3,
                Map.of(),
                Optional.empty(),
                Duration.ZERO,
                Optional.empty()),
            clock);
  }

  @AfterEach
  void close() {
    keystone.close();
  }

  private IdentitySources sources(IdentitySource... on) {
    return new IdentitySources(own, Optional.of(keystone), Set.of(on), "operator");
  }

  private String token(String user, Role role) {
    return store.issueToken(user, ACME, role, Optional.empty()).secret();
  }

  private static String answer(IdentitySources sources, String token) {
    return answer(sources, Headers.of("X-Auth-Token", token), Optional.empty());
  }

  private static String answer(
      IdentitySources sources, Headers headers, Optional<Peer> certificate) {
    RefusedCallerException refused =
        catchThrowableOfType(
            RefusedCallerException.class, () -> sources.authenticate(headers, certificate));
    return refused == null ? "let in" : refused.status() + " " + refused.getMessage();
  }

  private Optional<Peer> certificate() {
    return Optional.of(new Peer(PeerRole.USER, Secrets.hash(token("ann", Role.MEMBER))));
  }

  @Test
  void an_own_store_that_is_off_vouches_for_its_operator_only() {
    IdentitySources sources = sources(IdentitySource.KEYSTONE, IdentitySource.CERTIFICATES);

    assertThat(answer(sources, token("ann", Role.MEMBER)))
        .startsWith("401 tokens of Berth's own store are not taken here")
        .endsWith("log in with 'berth login --keystone'");
    assertThat(answer(sources, token("ann", Role.ADMIN))).startsWith("401 ");
    assertThat(answer(sources, token("operator", Role.MEMBER))).startsWith("401 ");
    assertThat(answer(sources, token("operator", Role.ADMIN))).isEqualTo("let in");
    assertThat(answer(sources, Headers.NONE, certificate())).isEqualTo("let in");
  }

  @Test
  void certificates_that_are_off_open_nothing() {
    IdentitySources sources = sources(IdentitySource.OWN);

    assertThat(answer(sources, Headers.NONE, certificate()))
        .startsWith("401 client certificates are not taken here");
    assertThat(answer(sources, token("ann", Role.MEMBER))).isEqualTo("let in");
  }

  @Test
  void a_keystone_that_is_off_is_not_asked() {
    assertThat(answer(sources(IdentitySource.OWN), "a-token-of-keystone"))
        .startsWith("401 tokens of Keystone are not taken here")
        .endsWith("log in with 'berth login --user'");
    assertThat(answer(sources(IdentitySource.KEYSTONE), "a-token-of-keystone")).startsWith("503 ");
  }
}

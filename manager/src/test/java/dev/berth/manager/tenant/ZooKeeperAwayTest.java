package dev.berth.manager.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.berth.common.http.Headers;
import dev.berth.common.id.TenantId;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ZooKeeperAwayTest {
  @RegisterExtension static final ZooKeeperFixture ZOOKEEPER = new ZooKeeperFixture();

  @Test
  void known_tokens_go_on_and_new_ones_get_503_until_it_is_back() throws Exception {
    MovableClock clock = new MovableClock();
    IdentityStore store =
        new IdentityStore(
            ZOOKEEPER.client(),
            clock,
            new SecureRandom(),
            new IdentityStore.Settings(Duration.ofHours(24), Duration.ofDays(366), 4));
    StoreAuthenticator authenticator =
        new StoreAuthenticator(store, TokenCache.Settings.DEFAULT, clock);
    store.createTenant(new TenantId("acme"));
    Headers known = token(store);
    Headers unknown = token(store);
    Caller caller = authenticator.authenticate(known, Optional.empty());

    ZOOKEEPER.stop();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> !ZOOKEEPER.client().getZookeeperClient().isConnected());
    clock.advance(Duration.ofMinutes(2));

    assertThat(authenticator.authenticate(known, Optional.empty())).isEqualTo(caller);
    assertThat(
            catchThrowableOfType(
                    RefusedCallerException.class,
                    () -> authenticator.authenticate(unknown, Optional.empty()))
                .status())
        .isEqualTo(503);

    clock.advance(Duration.ofMinutes(15));
    assertThat(
            catchThrowableOfType(
                    RefusedCallerException.class,
                    () -> authenticator.authenticate(known, Optional.empty()))
                .status())
        .isEqualTo(503);

    ZOOKEEPER.restart();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> ZOOKEEPER.client().getZookeeperClient().isConnected());
    assertThat(authenticator.authenticate(unknown, Optional.empty())).isEqualTo(caller);
  }

  private static Headers token(IdentityStore store) {
    return Headers.of(
        "X-Auth-Token",
        store.issueToken("alice", new TenantId("acme"), Role.MEMBER, Optional.empty()).secret());
  }
}

package dev.berth.manager.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.common.id.TenantId;
import dev.berth.common.record.Paths;
import dev.berth.common.record.TenantRecord;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityStoreTest {
  private static final TenantId ACME = new TenantId("acme");
  private static final TenantId BETA = new TenantId("beta");
  private static final String PASSWORD = "correct horse";

  @RegisterExtension static final ZooKeeperFixture ZOOKEEPER = new ZooKeeperFixture();

  private final MovableClock clock = new MovableClock();
  private CuratorFramework zookeeper;
  private IdentityStore store;

  @BeforeEach
  void open() {
    zookeeper = ZOOKEEPER.fresh("t" + UUID.randomUUID());
    store = store(zookeeper);
  }

  private IdentityStore store(CuratorFramework client) {
    return new IdentityStore(
        client,
        clock,
        new SecureRandom(),
        new IdentityStore.Settings(Duration.ofHours(24), Duration.ofDays(366), 4));
  }

  /** What a certificate stands for, made or renewed with a token of that hash. */
  private String renewed(String hash) {
    return Secrets.hash(
        store.issueToken("alice", ACME, Role.MEMBER, Duration.ofHours(24), hash).secret());
  }

  @Test
  void a_token_that_another_was_renewed_with_takes_the_other_along_after_its_end_too() {
    alice();
    String login = Secrets.hash(store.login("alice", PASSWORD, Optional.of(ACME)).secret());
    clock.advance(Duration.ofHours(20));
    String first = renewed(login);
    clock.advance(Duration.ofHours(20));
    String second = renewed(first);
    assertThat(store.withHash(login)).isEmpty();
    assertThat(store.withHash(second).orElseThrow().expires())
        .isEqualTo(clock.instant().plus(Duration.ofHours(24)));

    assertThat(store.revokeById(first)).hasSize(2);

    assertThat(store.withHash(first)).isEmpty();
    assertThat(store.withHash(second)).isEmpty();
    assertThatThrownBy(() -> renewed(second)).isInstanceOf(IdentityException.WrongToken.class);
  }

  @Test
  void a_renewal_that_is_revoked_takes_its_kin_along_and_leaves_the_login() {
    alice();
    String login = Secrets.hash(store.login("alice", PASSWORD, Optional.of(ACME)).secret());
    String other = Secrets.hash(store.login("alice", PASSWORD, Optional.of(ACME)).secret());
    String first = renewed(login);
    String second = renewed(first);
    String third = renewed(second);

    store.revokeById(second);

    assertThat(store.tokens())
        .extracting(IdentityStore.KnownToken::id)
        .containsExactlyInAnyOrder(login, other);
    assertThat(store.withHash(third)).isEmpty();
  }

  private void alice() {
    store.createTenant(ACME);
    store.createTenant(BETA);
    store.createUser("alice", Optional.of(PASSWORD), ACME, Role.MEMBER);
  }

  @Test
  void a_tenant_is_made_once() {
    store.createTenant(ACME);

    assertThatThrownBy(() -> store.createTenant(ACME))
        .isInstanceOf(IdentityException.TenantExists.class);
    assertThat(store.tenant(ACME)).isPresent();
    assertThat(store.tenant(BETA)).isEmpty();
  }

  @Test
  void tenants_are_listed_in_order() {
    assertThat(store.tenants()).isEmpty();
    store.createTenant(BETA);
    store.createTenant(ACME);

    assertThat(store.tenants()).extracting(TenantRecord::id).containsExactly("acme", "beta");
  }

  @Test
  void a_user_logs_in_with_its_password_and_the_token_is_its_own() {
    alice();

    IssuedToken issued = store.login("alice", PASSWORD, Optional.of(ACME));

    assertThat(issued.secret()).hasSize(43);
    assertThat(store.authenticate(issued.secret())).contains(issued.token());
    assertThat(issued.token().caller(IdentitySource.OWN))
        .isEqualTo(new Caller("alice", ACME, Role.MEMBER, IdentitySource.OWN));
    assertThat(issued.token().expires()).isEqualTo(clock.instant().plus(Duration.ofHours(24)));
  }

  @Test
  void without_a_tenant_the_only_one_is_meant() {
    alice();
    assertThat(store.login("alice", PASSWORD, Optional.empty()).token().tenant()).isEqualTo(ACME);

    User granted = store.grant("alice", BETA, Role.READER);

    assertThat(granted.roles()).isEqualTo(Map.of(ACME, Role.MEMBER, BETA, Role.READER));
    assertThatThrownBy(() -> store.login("alice", PASSWORD, Optional.empty()))
        .isInstanceOf(IdentityException.Invalid.class);
    assertThat(store.login("alice", PASSWORD, Optional.of(BETA)).token().role())
        .isEqualTo(Role.READER);
  }

  @Test
  void neither_token_nor_password_is_kept_as_it_is() throws Exception {
    alice();
    IssuedToken issued = store.login("alice", PASSWORD, Optional.of(ACME));

    String user =
        new String(zookeeper.getData().forPath(Paths.user("alice")), StandardCharsets.UTF_8);
    assertThat(user).doesNotContain(PASSWORD).contains("$2b$");
    assertThat(zookeeper.getChildren().forPath(Paths.TOKENS))
        .containsExactly(Secrets.hash(issued.secret()));
    assertThat(issued.toString()).doesNotContain(issued.secret());
  }

  @Test
  void a_wrong_password_and_an_unknown_user_are_refused_alike() {
    alice();

    assertThatThrownBy(() -> store.login("alice", "wrong", Optional.of(ACME)))
        .isInstanceOf(IdentityException.WrongPassword.class);
    assertThatThrownBy(() -> store.login("nobody", PASSWORD, Optional.of(ACME)))
        .isInstanceOf(IdentityException.WrongPassword.class);
    assertThatThrownBy(() -> store.login("../x", PASSWORD, Optional.of(ACME)))
        .isInstanceOf(IdentityException.WrongPassword.class);
  }

  @Test
  void a_tenant_without_a_role_is_refused_as_one_that_does_not_exist() {
    alice();

    assertThatThrownBy(() -> store.login("alice", PASSWORD, Optional.of(BETA)))
        .isInstanceOf(IdentityException.NoRole.class)
        .hasMessage("alice has no role in the tenant beta");
    assertThatThrownBy(() -> store.login("alice", PASSWORD, Optional.of(new TenantId("none"))))
        .isInstanceOf(IdentityException.NoRole.class)
        .hasMessage("alice has no role in the tenant none");
  }

  @Test
  void an_operator_logs_in_to_any_tenant_that_exists() {
    alice();
    store.createUser("root", Optional.of(PASSWORD), ACME, Role.ADMIN);

    assertThat(store.login("root", PASSWORD, Optional.of(BETA)).token().role())
        .isEqualTo(Role.ADMIN);
    assertThatThrownBy(() -> store.login("root", PASSWORD, Optional.of(new TenantId("none"))))
        .isInstanceOf(IdentityException.NoRole.class);
  }

  @Test
  void logins_of_one_user_are_limited_and_others_go_on() {
    alice();
    store.createUser("bob", Optional.of(PASSWORD), ACME, Role.MEMBER);
    for (int i = 0; i < 10; i++) {
      assertThatThrownBy(() -> store.login("alice", "wrong", Optional.of(ACME)))
          .isInstanceOf(IdentityException.WrongPassword.class);
    }

    assertThatThrownBy(() -> store.login("alice", PASSWORD, Optional.of(ACME)))
        .isInstanceOf(IdentityException.TooManyAttempts.class);
    assertThat(store.login("bob", PASSWORD, Optional.of(ACME))).isNotNull();

    clock.advance(Duration.ofSeconds(6));
    assertThat(store.login("alice", PASSWORD, Optional.of(ACME))).isNotNull();
    assertThatThrownBy(() -> store.login("alice", PASSWORD, Optional.of(ACME)))
        .isInstanceOf(IdentityException.TooManyAttempts.class);
  }

  @Test
  void a_generated_password_is_good() {
    store.createTenant(ACME);
    IdentityStore.CreatedUser created =
        store.createUser("bot", Optional.empty(), ACME, Role.READER);

    assertThat(
            store
                .login("bot", created.generatedPassword().orElseThrow(), Optional.of(ACME))
                .token()
                .role())
        .isEqualTo(Role.READER);
  }

  @Test
  void a_user_is_made_once_and_in_a_tenant_that_exists() {
    alice();

    assertThatThrownBy(() -> store.createUser("alice", Optional.empty(), BETA, Role.ADMIN))
        .isInstanceOf(IdentityException.UserExists.class);
    assertThatThrownBy(
            () -> store.createUser("x", Optional.empty(), new TenantId("none"), Role.READER))
        .isInstanceOf(IdentityException.NoSuchTenant.class);
    assertThat(store.users()).extracting(User::name).containsExactly("alice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/b", "..", ".", "-x", "a b", "a\u0000"})
  void a_user_has_a_name_that_can_be_a_znodes(String name) {
    store.createTenant(ACME);

    assertThatThrownBy(() -> store.createUser(name, Optional.empty(), ACME, Role.READER))
        .isInstanceOf(IdentityException.Invalid.class);
  }

  @Test
  void a_password_beyond_what_bcrypt_reads_is_refused() {
    store.createTenant(ACME);

    assertThatThrownBy(() -> store.createUser("x", Optional.of("a".repeat(73)), ACME, Role.READER))
        .isInstanceOf(IdentityException.Invalid.class);
    assertThatThrownBy(() -> store.createUser("x", Optional.of("short"), ACME, Role.READER))
        .isInstanceOf(IdentityException.Invalid.class);
  }

  @Test
  void a_token_ends_with_its_time_or_when_it_is_revoked() {
    alice();
    IssuedToken first = store.login("alice", PASSWORD, Optional.of(ACME));
    IssuedToken second =
        store.issueToken("alice", ACME, Role.READER, Optional.of(Duration.ofMinutes(1)));

    store.revoke(first.secret());
    store.revoke(first.secret());
    assertThat(store.authenticate(first.secret())).isEmpty();
    assertThat(store.authenticate(second.secret())).isPresent();

    clock.advance(Duration.ofMinutes(1));
    assertThat(store.authenticate(second.secret())).isEmpty();
  }

  @Test
  void a_text_that_is_no_token_is_refused() {
    assertThat(store.authenticate("")).isEmpty();
    assertThat(store.authenticate("../../users/alice")).isEmpty();
    assertThat(store.authenticate("a".repeat(43))).isEmpty();
  }

  @Test
  void a_lifetime_is_bounded() {
    store.createTenant(ACME);

    for (Duration lifetime :
        new Duration[] {Duration.ZERO, Duration.ofSeconds(-1), Duration.ofDays(367)}) {
      assertThatThrownBy(() -> store.issueToken("x", ACME, Role.MEMBER, Optional.of(lifetime)))
          .isInstanceOf(IdentityException.Invalid.class);
    }
  }

  @Test
  void a_sweep_removes_expired_tokens_and_looks_at_no_more_than_it_may() throws Exception {
    store.createTenant(ACME);
    for (int i = 0; i < 5; i++) {
      store.issueToken("x", ACME, Role.MEMBER, Optional.of(Duration.ofMinutes(1)));
    }
    IssuedToken good = store.issueToken("x", ACME, Role.MEMBER, Optional.empty());
    clock.advance(Duration.ofMinutes(1));

    assertThat(store.sweep(2)).isBetween(1, 2);
    assertThat(store.sweep(100)).isBetween(3, 4);
    assertThat(zookeeper.getChildren().forPath(Paths.TOKENS))
        .containsExactly(Secrets.hash(good.secret()));
  }
}

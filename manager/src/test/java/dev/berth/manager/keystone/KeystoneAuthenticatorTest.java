package dev.berth.manager.keystone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.berth.common.http.Headers;
import dev.berth.common.id.TenantId;
import dev.berth.manager.tenant.Caller;
import dev.berth.manager.tenant.IdentitySource;
import dev.berth.manager.tenant.RefusedCallerException;
import dev.berth.manager.tenant.Role;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Answers that no real Keystone gives at will, and the v2.0 that today's have dropped, from a stub
 * that answers as the Identity API v2.0 reference says.
 */
final class KeystoneAuthenticatorTest {
  private static final String GOOD =
      """
      {"token":{"user":{"id":"u1","name":"alice","domain":{"id":"default","name":"Default"}},
       "project":{"id":"0123456789abcdef0123456789abcdef","name":"acme","domain":{"id":"default","name":"Default"}},
       "roles":[{"id":"r","name":"member"}],
       "issued_at":"2026-01-01T00:00:00.000000Z","expires_at":"2999-01-01T00:00:00.000000Z"}}
      """;

  /** Longer than a machine stalls: it ends no test that passes. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final TenantId ACME = new TenantId("0123456789abcdef0123456789abcdef");

  private final AtomicInteger asked = new AtomicInteger();
  private final CountDownLatch done = new CountDownLatch(1);
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
  private final InstantSource clock = now::get;
  private HttpServer server;
  private volatile int status = 200;
  private volatile String body = GOOD;
  private volatile String access = "";
  private volatile int accessStatus = 401;
  private volatile String shown = "";
  private volatile boolean isSlow;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          asked.incrementAndGet();
          boolean isAccess = exchange.getRequestURI().getPath().equals("/v2.0/tokens");
          if (isAccess) {
            shown = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          }
          byte[] bytes = (isAccess ? access : body).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(isAccess ? accessStatus : status, 0);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes, 0, bytes.length / 2);
            out.flush();
            if (isSlow) {
              done.await();
            }
            out.write(bytes, bytes.length / 2, bytes.length - bytes.length / 2);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    done.countDown();
    server.stop(0);
  }

  private KeystoneAuthenticator authenticator(
      KeystoneConfig.Version version, Duration believed, Optional<String> required)
      throws IOException {
    return new KeystoneAuthenticator(
        config(version, believed, required), Clock.systemUTC(), PATIENCE);
  }

  private KeystoneConfig config(
      KeystoneConfig.Version version, Duration believed, Optional<String> required) {
    return new KeystoneConfig(
        URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
        version,
        Map.of("member", Role.MEMBER, "admin", Role.ADMIN),
        required,
        believed,
        Optional.empty());
  }

  private KeystoneAuthenticator authenticator() throws IOException {
    return authenticator(KeystoneConfig.Version.V3, Duration.ofMinutes(1), Optional.empty());
  }

  private static Headers token(String token) {
    return Headers.of("X-Auth-Token", token);
  }

  private static int refusal(KeystoneAuthenticator keystone, Headers headers) {
    try {
      keystone.authenticate(headers, Optional.empty());
      return 200;
    } catch (RefusedCallerException e) {
      return e.status();
    }
  }

  @Test
  void a_good_token_is_a_caller_in_its_project_and_is_asked_about_once() throws IOException {
    KeystoneAuthenticator keystone = authenticator();

    for (int i = 0; i < 3; i++) {
      assertThat(keystone.authenticate(token("t"), Optional.empty()))
          .isEqualTo(new Caller("alice", ACME, Role.MEMBER, IdentitySource.KEYSTONE));
    }
    assertThat(asked).hasValue(1);
    assertThat(keystone.knows(token("t"), Optional.empty())).isTrue();
    assertThat(keystone.knows(token("u"), Optional.empty())).isFalse();
  }

  @Test
  void with_no_time_to_be_believed_keystone_is_asked_at_each_call() throws IOException {
    KeystoneAuthenticator keystone =
        authenticator(KeystoneConfig.Version.V3, Duration.ZERO, Optional.empty());

    for (int i = 0; i < 3; i++) {
      assertThat(refusal(keystone, token("t"))).isEqualTo(200);
    }
    assertThat(asked).hasValue(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>Welcome</html>",
        "[]",
        "null",
        "{}",
        "{\"token\":5}",
        "{\"token\":{}}",
        "{\"token\":{\"user\":\"alice\",\"project\":{\"id\":\"x\"}}}"
      })
  void rubbish_is_not_believed_and_is_said_to_be_keystones(String rubbish) throws IOException {
    body = rubbish;

    assertThatThrownBy(() -> authenticator().authenticate(token("t"), Optional.empty()))
        .isInstanceOf(RefusedCallerException.class)
        .hasMessageContaining("the Keystone at 127.0.0.1")
        .satisfies(e -> assertThat(((RefusedCallerException) e).status()).isEqualTo(503));
  }

  @Test
  void a_token_without_times_is_rubbish() throws IOException {
    body = GOOD.replace("2999-01-01T00:00:00.000000Z", "soon");

    assertThat(refusal(authenticator(), token("t"))).isEqualTo(503);
  }

  @Test
  void an_answer_without_an_end_is_cut_off() throws IOException {
    body = "x".repeat(3 * 1024 * 1024);

    assertThat(refusal(authenticator(), token("t"))).isEqualTo(503);
  }

  @Test
  void a_slow_answer_is_not_waited_for() throws IOException {
    isSlow = true;
    KeystoneAuthenticator keystone =
        new KeystoneAuthenticator(
            config(KeystoneConfig.Version.V3, Duration.ofMinutes(1), Optional.empty()),
            clock,
            Duration.ofMillis(500));

    assertThatThrownBy(() -> keystone.authenticate(token("t"), Optional.empty()))
        .hasMessageContaining("does not answer within 500 ms");
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 503, 302, 300, 204, 418})
  void a_status_that_says_nothing_of_the_token_is_an_outage(int given) throws IOException {
    status = given;

    assertThat(refusal(authenticator(), token("t"))).isEqualTo(503);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404})
  void a_token_that_keystone_does_not_know_is_no_good_and_is_not_asked_about_again_at_once(
      int given) throws IOException {
    status = given;
    KeystoneAuthenticator keystone = authenticator();

    assertThat(refusal(keystone, token("t"))).isEqualTo(401);
    assertThat(refusal(keystone, token("t"))).isEqualTo(401);
    assertThat(asked).hasValue(1);
  }

  @Test
  void what_was_good_goes_on_while_keystone_is_away_and_what_is_new_does_not() throws IOException {
    KeystoneAuthenticator keystone =
        authenticator(KeystoneConfig.Version.V3, Duration.ZERO, Optional.empty());
    assertThat(refusal(keystone, token("t"))).isEqualTo(200);
    status = 500;

    assertThat(refusal(keystone, token("t"))).isEqualTo(200);
    assertThat(refusal(keystone, token("new"))).isEqualTo(503);
  }

  @Test
  void a_site_can_ask_for_one_more_role() throws IOException {
    Optional<String> required = Optional.of("may-use-berth");
    KeystoneAuthenticator lacking =
        authenticator(KeystoneConfig.Version.V3, Duration.ofMinutes(1), required);
    assertThatThrownBy(() -> lacking.authenticate(token("t"), Optional.empty()))
        .hasMessageContaining("lacks the role may-use-berth");
    body = GOOD.replace("\"roles\":[", "\"roles\":[{\"id\":\"x\",\"name\":\"may-use-berth\"},");

    assertThat(
            refusal(
                authenticator(KeystoneConfig.Version.V3, Duration.ofMinutes(1), required),
                token("t")))
        .isEqualTo(200);
  }

  @Test
  void headers_that_are_given_twice_or_hold_what_no_header_holds_are_refused() throws IOException {
    KeystoneAuthenticator keystone = authenticator();

    assertThat(refusal(keystone, Headers.of("X-Auth-Token", "a", "X-Auth-Token", "b")))
        .isEqualTo(401);
    assertThat(refusal(keystone, token("a b"))).isEqualTo(401);
    assertThat(refusal(keystone, token("a\nX-Injected: b"))).isEqualTo(401);
    assertThat(refusal(keystone, token("x".repeat(20_000)))).isEqualTo(401);
    assertThat(asked).hasValue(0);
  }

  @Test
  void with_the_old_api_a_tenant_is_one_of_those_that_the_token_may_use() throws IOException {
    body =
        """
        {"tenants":[{"id":"0123456789abcdef0123456789abcdef","name":"acme","description":"","enabled":true},
         {"id":"ffff456789abcdef0123456789abcdef","name":"closed","description":"","enabled":false}],
         "tenants_links":[]}
        """;
    KeystoneAuthenticator keystone =
        authenticator(KeystoneConfig.Version.V2, Duration.ofMinutes(1), Optional.empty());

    for (String name : new String[] {"acme", ACME.value()}) {
      Caller caller =
          keystone.authenticate(
              Headers.of("X-Auth-Token", "t", "X-Auth-TenantId", name), Optional.empty());
      assertThat(caller.tenant()).isEqualTo(ACME);
      assertThat(caller.role()).isEqualTo(Role.MEMBER);
    }
    for (String name : new String[] {"umbrella", "closed"}) {
      assertThat(refusal(keystone, Headers.of("X-Auth-Token", "t", "X-Auth-TenantId", name)))
          .isEqualTo(403);
    }
    assertThat(refusal(keystone, token("t"))).isEqualTo(403);
  }

  private static final String TENANTS =
      """
      {"tenants":[{"id":"0123456789abcdef0123456789abcdef","name":"acme","enabled":true}]}
      """;
  private static final String ACCESS =
      """
      {"access":{"token":{"id":"another","expires":"2999-01-01T00:00:00Z"},
       "user":{"id":"u1","username":"alice","name":"alice","roles":[{"name":"member"},{"name":"x"}]}}}
      """;

  private Caller withTheOldApi() throws IOException {
    KeystoneAuthenticator keystone =
        authenticator(KeystoneConfig.Version.V2, Duration.ofMinutes(1), Optional.empty());
    return keystone.authenticate(
        Headers.of("X-Auth-Token", "t", "X-Auth-TenantId", "acme"), Optional.empty());
  }

  @Test
  void the_old_api_is_asked_who_the_user_is_and_with_which_roles() throws IOException {
    body = TENANTS;
    accessStatus = 200;
    access = ACCESS;
    assertThat(withTheOldApi())
        .isEqualTo(new Caller("alice", ACME, Role.MEMBER, IdentitySource.KEYSTONE));
    assertThat(shown)
        .isEqualTo("{\"auth\":{\"tenantId\":\"%s\",\"token\":{\"id\":\"t\"}}}".formatted(ACME));

    access = ACCESS.replace("\"x\"", "\"admin\"");
    assertThat(withTheOldApi().role()).isEqualTo(Role.ADMIN);

    access = ACCESS.replace("member", "nothing");
    assertThatThrownBy(this::withTheOldApi)
        .isInstanceOf(RefusedCallerException.class)
        .hasMessageContaining("no role of alice in the project means anything here");
  }

  @Test
  void what_the_old_api_tells_with_the_tenants_is_not_asked_for() throws IOException {
    body = TENANTS.strip().replaceFirst("}$", "," + ACCESS.strip().substring(1));
    assertThat(withTheOldApi().user()).isEqualTo("alice");
    assertThat(asked).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 405})
  void where_the_old_api_does_not_tell_the_user_everybody_is_a_member(int given)
      throws IOException {
    body = TENANTS;
    accessStatus = given;

    assertThat(withTheOldApi())
        .isEqualTo(new Caller("a user of acme", ACME, Role.MEMBER, IdentitySource.KEYSTONE));
  }

  @Test
  void an_old_api_that_fails_at_the_question_is_an_outage_and_no_member() throws IOException {
    body = TENANTS;
    accessStatus = 500;

    assertThatThrownBy(this::withTheOldApi)
        .isInstanceOf(RefusedCallerException.class)
        .satisfies(e -> assertThat(((RefusedCallerException) e).status()).isEqualTo(503));
  }

  @Test
  void a_domain_whose_name_is_its_id_or_that_is_not_told_does_not_confuse() throws IOException {
    Headers named = Headers.of("X-Auth-Token", "t", "X-Auth-TenantId", "acme");
    body = GOOD.replace("\"Default\"", "\"default\"");
    assertThat(refusal(authenticator(), named)).isEqualTo(200);
    assertThat(
            refusal(
                authenticator(),
                Headers.of("X-Auth-Token", "t", "X-Auth-TenantId", "acme@default")))
        .isEqualTo(200);
    body = GOOD.replace(",\"domain\":{\"id\":\"default\",\"name\":\"Default\"}", "");
    assertThat(refusal(authenticator(), named)).isEqualTo(200);
    assertThat(
            refusal(authenticator(), Headers.of("X-Auth-Token", "t", "X-Auth-TenantId", "acme@")))
        .isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", "acme", "0123456789ABCDEF0123456789ABCDEF"})
  void a_project_whose_id_could_be_the_name_of_a_tenant_of_berths_own_is_no_tenant(String id)
      throws IOException {
    body = GOOD.replace(ACME.value(), id);

    assertThat(refusal(authenticator(), token("t"))).isEqualTo(403);
  }

  @Test
  void a_token_that_has_expired_is_not_believed_though_keystone_should() throws IOException {
    body = GOOD.replace("2999-", "2026-").replace("2026-01-01", "2001-01-01");

    assertThat(refusal(authenticator(), token("t"))).isEqualTo(401);
  }

  @Test
  void who_lost_the_role_does_not_come_back_in_when_keystone_goes_away() throws IOException {
    KeystoneAuthenticator keystone =
        new KeystoneAuthenticator(
            config(KeystoneConfig.Version.V3, Duration.ZERO, Optional.empty()), clock, PATIENCE);
    assertThat(refusal(keystone, token("t"))).isEqualTo(200);
    body = GOOD.replace("\"member\"", "\"nothing\"");
    assertThat(refusal(keystone, token("t"))).isEqualTo(403);
    status = 500;
    now.set(now.get().plusSeconds(10));

    assertThat(refusal(keystone, token("t"))).isEqualTo(503);
    assertThat(keystone.knows(token("t"), Optional.empty())).isFalse();
  }

  @Test
  void a_refusal_of_a_good_token_is_kept_for_some_seconds_with_its_reason() throws IOException {
    body = GOOD.replace("\"member\"", "\"nothing\"");
    KeystoneAuthenticator keystone =
        new KeystoneAuthenticator(
            config(KeystoneConfig.Version.V3, Duration.ofMinutes(1), Optional.empty()),
            clock,
            PATIENCE);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> keystone.authenticate(token("t"), Optional.empty()))
          .isInstanceOf(RefusedCallerException.class)
          .hasMessageContaining("no role of alice");
    }
    assertThat(asked).hasValue(1);
    now.set(now.get().plusSeconds(5));
    body = GOOD;

    assertThat(refusal(keystone, token("t"))).isEqualTo(200);
  }

  @Test
  void a_role_that_the_old_api_cannot_tell_cannot_be_required_of_it() {
    assertThatThrownBy(
            () -> config(KeystoneConfig.Version.V2, Duration.ZERO, Optional.of("may-use-berth")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("keystone.required-role");
  }
}

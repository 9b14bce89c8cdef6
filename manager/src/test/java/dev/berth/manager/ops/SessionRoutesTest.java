package dev.berth.manager.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.common.http.HttpServer;
import dev.berth.common.id.TenantId;
import dev.berth.manager.dashboard.Sessions;
import dev.berth.manager.limit.Gatekeeper;
import dev.berth.manager.limit.LimitConfig;
import dev.berth.manager.tenant.IdentityStore;
import dev.berth.manager.tenant.OpenStreams;
import dev.berth.manager.tenant.Role;
import dev.berth.manager.tenant.StoreAuthenticator;
import dev.berth.manager.tenant.TokenCache;
import dev.berth.manager.tenant.ZooKeeperFixture;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SessionRoutesTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final TenantId ACME = new TenantId("acme");
  private static final LimitConfig FEW_LOGINS = new LimitConfig(0, 1, 0, 0, 0, 0, 0, 2, 0, 0);
  private static final String ANN = "{\"user\":\"ann\",\"password\":\"secret-word\"}";

  @RegisterExtension static final ZooKeeperFixture ZOOKEEPER = new ZooKeeperFixture();

  private final HttpClient http = HttpClient.newHttpClient();
  private final Clock clock = Clock.systemUTC();

  // Stands still: a slow machine must not let a guesser rest.
  private final Instant begun = clock.instant();
  private IdentityStore identities;
  private StoreAuthenticator authenticator;
  private HttpServer server;

  @BeforeEach
  void store() {
    identities =
        new IdentityStore(
            ZOOKEEPER.fresh("t" + UUID.randomUUID()),
            clock,
            new SecureRandom(),
            new IdentityStore.Settings(Duration.ofHours(24), Duration.ofDays(366), 4));
    identities.createTenant(ACME);
    identities.createUser("ann", Optional.of("secret-word"), ACME, Role.MEMBER);
    authenticator = new StoreAuthenticator(identities, TokenCache.Settings.DEFAULT, clock);
  }

  private void serve(LimitConfig limits, boolean takesPasswords) throws IOException {
    OpsApi api =
        OpsApi.of(
            new Gatekeeper(authenticator, new OpenStreams(authenticator), limits, () -> begun),
            new SessionRoutes(
                new Sessions(clock, new SecureRandom()),
                identities,
                authenticator,
                authenticator,
                takesPasswords));
    server =
        HttpServer.start(
            new ServerSocket(0, 50, InetAddress.getLoopbackAddress()),
            HttpServer.Limits.DEFAULT,
            exchange -> {
              boolean _ = api.handle(exchange);
            });
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    http.close();
  }

  private HttpResponse<String> send(String method, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:%d/dashboard/session".formatted(server.address().getPort())))
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static String cookie(HttpResponse<String> login) {
    return login.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
  }

  private static String secret(HttpResponse<String> login) throws IOException {
    return JSON.readTree(login.body()).path("secret").asText();
  }

  private String[] own(HttpResponse<String> login) throws IOException {
    return new String[] {"Cookie", cookie(login), "X-Berth-Session", secret(login)};
  }

  @Test
  void a_login_gives_a_cookie_that_no_script_and_no_other_site_has_and_never_the_token()
      throws Exception {
    serve(LimitConfig.NONE, true);
    HttpResponse<String> login = send("POST", ANN);
    assertThat(login.statusCode()).isEqualTo(201);
    assertThat(login.headers().firstValue("Set-Cookie").orElseThrow())
        .contains("; Path=/dashboard/", "; HttpOnly", "; SameSite=Strict")
        .doesNotContain("Secure");
    JsonNode answer = JSON.readTree(login.body());
    assertThat(answer.path("user").asText()).isEqualTo("ann");
    assertThat(answer.path("role").asText()).isEqualTo("member");
    assertThat(answer.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("user", "tenant", "role", "secret");
  }

  @Test
  void who_guesses_passwords_here_is_held_up_as_at_every_login() throws Exception {
    serve(FEW_LOGINS, true);
    int refused = 0;
    for (int i = 0; i < 20 && refused != 429; i++) {
      refused = send("POST", "{\"user\":\"u%d\",\"password\":\"guess\"}".formatted(i)).statusCode();
      assertThat(refused).isIn(401, 429);
    }
    assertThat(refused).isEqualTo(429);
    assertThat(send("POST", ANN).statusCode()).isEqualTo(429);
  }

  @Test
  void who_guesses_tokens_here_is_held_up_too() throws Exception {
    serve(FEW_LOGINS, true);
    int refused = 0;
    for (int i = 0; i < 20 && refused != 429; i++) {
      refused =
          send("POST", "{\"token\":\"berth-%d\",\"tenant\":\"acme\"}".formatted(i)).statusCode();
    }
    assertThat(refused).isEqualTo(429);
  }

  @Test
  void a_token_begins_no_session_in_a_tenant_that_it_is_not_for() throws Exception {
    serve(LimitConfig.NONE, true);
    identities.createTenant(new TenantId("umbrella"));
    String token = identities.issueToken("ann", ACME, Role.MEMBER, Optional.empty()).secret();
    HttpResponse<String> login =
        send("POST", "{\"token\":\"%s\",\"tenant\":\"umbrella\"}".formatted(token));
    assertThat(login.statusCode()).isEqualTo(403);
    assertThat(login.headers().firstValue("Set-Cookie")).isEmpty();
  }

  @Test
  void a_logout_gives_back_the_sessions_own_token_and_leaves_one_that_was_brought()
      throws Exception {
    serve(LimitConfig.NONE, true);
    HttpResponse<String> byPassword = send("POST", ANN);
    assertThat(identities.tokens()).hasSize(1);
    assertThat(send("DELETE", "", own(byPassword)).statusCode()).isEqualTo(204);
    assertThat(identities.tokens()).isEmpty();

    String token = identities.issueToken("ann", ACME, Role.MEMBER, Optional.empty()).secret();
    HttpResponse<String> byToken =
        send("POST", "{\"token\":\"%s\",\"tenant\":\"acme\"}".formatted(token));
    assertThat(send("DELETE", "", own(byToken)).statusCode()).isEqualTo(204);
    assertThat(identities.tokens()).hasSize(1);
    assertThat(send("GET", "", own(byToken)).body()).doesNotContain("ann");
  }

  @Test
  void a_cookie_without_the_secret_is_nobody_and_ends_nothing() throws Exception {
    serve(LimitConfig.NONE, true);
    HttpResponse<String> login = send("POST", ANN);
    assertThat(send("GET", "", "Cookie", cookie(login)).body()).doesNotContain("ann");
    assertThat(send("DELETE", "", "Cookie", cookie(login)).statusCode()).isEqualTo(403);
    assertThat(send("GET", "", own(login)).body()).contains("ann");
  }

  @Test
  void without_the_own_store_the_page_is_told_so_and_a_password_is_refused() throws Exception {
    serve(LimitConfig.NONE, false);
    assertThat(send("GET", "").body()).contains("\"passwords\":false");
    HttpResponse<String> login = send("POST", ANN);
    assertThat(login.statusCode()).isEqualTo(400);
    assertThat(login.body()).contains("log in with a token");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|400|\\\"user\\\" is missing",
        "{\"user\":\"ann\"}|400|\\\"password\\\" is missing",
        "{\"user\":5,\"password\":\"x\"}|400|must be a string",
        "{\"token\":\"x\"}|400|\\\"tenant\\\" is missing",
        "{\"user\":\"ann\",\"password\":\"secret-word\",\"tenant\":\"Not A Tenant\"}|400|tenant",
        "{\"user\":\"ann\",\"passwort\":\"x\"}|400|passwort",
        "[]|400|",
      })
  void a_login_that_makes_no_sense_is_told_what_is_wrong(String body, int status, String message)
      throws Exception {
    serve(LimitConfig.NONE, true);
    HttpResponse<String> login = send("POST", body);
    assertThat(login.statusCode()).isEqualTo(status);
    assertThat(login.body()).contains(message == null ? "" : message);
    assertThat(login.headers().firstValue("Set-Cookie")).isEmpty();
  }
}

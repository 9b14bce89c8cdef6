package dev.berth.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.cli.TestDesk;
import dev.berth.cli.TestManager;
import dev.berth.cli.docker.DockerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logins at a Keystone that answers as the Identity API v3 says; a real one is in KeystoneIT. */
final class KeystoneLoginTest {
  private static final String PROJECT = "0123456789abcdef0123456789abcdef";
  private static final String WHO =
      "{\"user\":\"ann\",\"tenant\":\"%s\",\"role\":\"member\",\"source\":\"keystone\"}"
          .formatted(PROJECT);
  private static final String TOKEN =
      """
      {"token":{"user":{"name":"ann"},"project":{"id":"%s","name":"acme"},
       "expires_at":"2026-01-01T12:00:00.000000Z"}}
      """
          .formatted(PROJECT);

  @TempDir private Path home;
  private TestManager manager;
  private TestManager keystone;
  private TestDesk desk;

  @BeforeEach
  void start() throws IOException {
    manager = new TestManager().answers("GET /berth/v1/whoami", 200, WHO);
    keystone =
        new TestManager().answers("POST /v3/auth/tokens", 201, TOKEN, "X-Subject-Token", "tok1");
    desk = new TestDesk(home).with("DOCKER_HOST", manager.uri());
  }

  @AfterEach
  void stop() throws IOException {
    manager.close();
    keystone.close();
  }

  private String url() {
    return keystone.uri().replaceFirst("tcp", "http") + "/v3";
  }

  private Path docker() {
    return home.resolve(".docker");
  }

  private String asked() {
    return keystone.asked().getLast().body().path("auth").toString();
  }

  private int withCredential(String... more) {
    String[] words = new String[6 + more.length];
    System.arraycopy(
        new String[] {
          "login",
          "--keystone",
          url(),
          "--application-credential-id",
          "c1",
          "--application-credential-secret-stdin"
        },
        0,
        words,
        0,
        6);
    System.arraycopy(more, 0, words, 6, more.length);
    return desk.piped("s3cret\n").run(words);
  }

  @Test
  void a_password_gets_a_token_of_a_project_which_goes_into_the_docker_config() {
    int code =
        desk.piped("pass\n")
            .run(
                "login",
                "--keystone",
                url(),
                "--user",
                "ann",
                "--user-domain",
                "people",
                "--project",
                "acme",
                "--password-stdin");

    assertThat(desk.err()).isEmpty();
    assertThat(code).isZero();
    assertThat(asked())
        .isEqualTo(
            """
            {"identity":{"methods":["password"],"password":{"user":{"name":"ann",\
            "domain":{"name":"people"},"password":"pass"}}},\
            "scope":{"project":{"name":"acme","domain":{"name":"people"}}}}""");
    assertThat(DockerConfig.read(docker()).identity())
        .hasValue(new DockerConfig.Identity("tok1", PROJECT));
    assertThat(desk.out())
        .contains("ann in project acme")
        .contains("until 2026-01-01T12:00:00.000000Z")
        .doesNotContain("pass\n")
        .doesNotContain("tok1");
    assertThat(docker().resolve("berth-login.json")).doesNotExist();
    assertThat(desk.run("login", "--renew")).isEqualTo(1);
    assertThat(desk.err()).contains("only a login with an application credential is kept");
  }

  @Test
  void an_application_credential_is_kept_for_its_owner_alone_and_renews_without_asking()
      throws IOException {
    assertThat(withCredential()).as(desk.err()).isZero();
    assertThat(asked())
        .isEqualTo(
            """
            {"identity":{"methods":["application_credential"],\
            "application_credential":{"id":"c1","secret":"s3cret"}}}""");
    Path kept = docker().resolve("berth-login.json");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)))
        .isEqualTo("rw-------");

    keystone.answers("POST /v3/auth/tokens", 201, TOKEN, "X-Subject-Token", "tok2");
    manager.close();
    assertThat(desk.piped("").run("login", "--renew")).as(desk.err()).isZero();

    assertThat(asked()).contains("\"id\":\"c1\",\"secret\":\"s3cret\"");
    assertThat(DockerConfig.read(docker()).identity())
        .hasValue(new DockerConfig.Identity("tok2", PROJECT));
    assertThat(desk.out()).contains("until 2026-01-01T12:00:00.000000Z").doesNotContain("s3cret");
  }

  @Test
  void an_application_credential_can_be_named_with_its_user() {
    assertThat(
            desk.piped("s3cret\n")
                .run(
                    "login",
                    "--keystone",
                    url(),
                    "--application-credential-name",
                    "laptop",
                    "--user",
                    "ann",
                    "--application-credential-secret-stdin"))
        .as(desk.err())
        .isZero();
    String named =
        """
        "application_credential":{"name":"laptop","secret":"s3cret",\
        "user":{"name":"ann","domain":{"id":"default"}}}""";
    assertThat(asked()).contains(named);
    assertThat(desk.run("login", "--renew")).isZero();
    assertThat(asked()).contains(named);
  }

  @Test
  void a_logout_and_another_login_take_the_kept_credential_away() {
    Path kept = docker().resolve("berth-login.json");
    assertThat(withCredential()).isZero();
    assertThat(desk.run("logout")).isZero();
    assertThat(kept).doesNotExist();

    assertThat(withCredential()).isZero();
    assertThat(desk.run("login", "--token", "t", "--tenant", "acme")).isZero();
    assertThat(kept).doesNotExist();
  }

  @Test
  void a_context_is_made_in_the_same_step_with_the_token_of_the_login() throws IOException {
    assertThat(withCredential("--context", "work")).as(desk.err()).isZero();

    assertThat(desk.out()).contains("docker --context work ps");
    try (var files = Files.walk(docker().resolve("contexts"))) {
      Path meta = files.filter(file -> file.endsWith("meta.json")).findFirst().orElseThrow();
      assertThat(Files.readString(meta)).contains(manager.uri()).contains("\"work\"");
    }
    assertThat(desk.run("context", "renew", "work")).isEqualTo(1);
    assertThat(desk.err()).contains("berth login --renew");
    assertThat(desk.run("context", "rm", "work")).isZero();
  }

  @Test
  void what_keystone_refuses_changes_nothing_and_is_said_in_its_words() {
    keystone.answers(
        "POST /v3/auth/tokens",
        401,
        "{\"error\":{\"code\":401,\"message\":\"The request you have made requires authentication.\"}}");

    assertThat(withCredential()).isEqualTo(1);
    assertThat(desk.err())
        .contains("gave no token (401: The request you have made requires authentication)");
    assertThat(docker().resolve("config.json")).doesNotExist();
    assertThat(docker().resolve("berth-login.json")).doesNotExist();
  }

  @Test
  void a_token_that_berth_does_not_take_is_not_kept() {
    manager.answers("GET /berth/v1/whoami", 403, "{\"message\":\"no role of ann means anything\"}");

    assertThat(withCredential()).isEqualTo(1);
    assertThat(desk.err()).isEqualToIgnoringNewLines("berth: no role of ann means anything");
    assertThat(docker().resolve("config.json")).doesNotExist();
    assertThat(docker().resolve("berth-login.json")).doesNotExist();
  }

  @Test
  void what_is_no_keystone_and_what_is_for_no_project_is_said() {
    keystone.answers("POST /v3/auth/tokens", 201, "<html>");
    assertThat(withCredential()).isEqualTo(1);
    assertThat(desk.err()).contains("is no Keystone: check the address");
    keystone.answers(
        "POST /v3/auth/tokens", 201, "{\"token\":{\"user\":{}}}", "X-Subject-Token", "t");
    assertThat(withCredential()).isEqualTo(1);
    assertThat(desk.err()).contains("name one with --project");
    assertThat(desk.run("login", "--keystone", "ftp://x", "--user", "u", "--password-stdin"))
        .isEqualTo(1);
    assertThat(desk.err()).contains("is no URL of a Keystone");
  }

  @Test
  void what_does_not_go_together_is_misuse() {
    String[][] all = {
      {"login", "--keystone", "http://k"},
      {"login", "--keystone", "http://k", "--application-credential-name", "n"},
      {"login", "--application-credential-id", "c"},
      {"login", "--renew", "--user", "ann"},
      {"login", "--keystone", "http://k", "--application-credential-id", "c", "--project", "p"},
      {"login", "--keystone", "http://k", "--user", "u", "--token", "t"},
    };
    for (String[] words : all) {
      assertThat(desk.run(words)).as(String.join(" ", words)).isEqualTo(2);
    }
  }
}

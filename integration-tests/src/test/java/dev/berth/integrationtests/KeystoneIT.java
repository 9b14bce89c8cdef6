package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens of a real Keystone, at a manager that asks it over TLS at each call. */
final class KeystoneIT {
  @TempDir private static Path directory;

  private static Keystone keystone;
  private static Fleet fleet;
  private static String endpoint;
  private static String acme;
  private static String umbrella;

  @BeforeAll
  static void both() throws IOException {
    keystone = Keystone.start(Files.createDirectory(directory.resolve("keystone")));
    keystone.makeRole("berth");
    keystone.makeRole("other");
    acme = keystone.project("acme");
    umbrella = keystone.project("umbrella");
    fleet =
        Fleet.start(
            1,
            Map.of(
                "BERTH_KEYSTONE_URL",
                keystone.overTls().url().toString(),
                "BERTH_KEYSTONE_CA",
                keystone.overTls().authority().toString(),
                "BERTH_KEYSTONE_ROLES",
                "admin=admin,member=member,reader=reader,berth=member",
                "BERTH_KEYSTONE_CACHE",
                "0",
                "BERTH_IDENTITY_RECHECK",
                "1s"));
    endpoint = fleet.tenant("default").env().get("DOCKER_HOST");
  }

  @AfterAll
  static void down() {
    fleet.close();
    keystone.close();
  }

  /** A user who has that role in that project, with a token there. */
  private static String member(String user, String project, String role) {
    keystone.grant(project.equals("acme") ? acme : umbrella, keystone.user(user), role);
    return keystone.token(user, user, project);
  }

  /** The docker CLI with the headers in its config.json, as users of this kind have them. */
  private static Docker docker(String token, String tenant) throws IOException {
    Path config = Files.createTempDirectory(directory, "docker");
    Files.writeString(
        config.resolve("config.json"),
        "{\"HttpHeaders\":{\"X-Auth-Token\":\"%s\",\"X-Auth-TenantId\":\"%s\"}}"
            .formatted(token, tenant));
    return new Docker(Map.of("DOCKER_HOST", endpoint, "DOCKER_CONFIG", config.toString()));
  }

  private static Api api(String token) throws IOException {
    return hasty(token).patient();
  }

  /** One to which 503 is an answer like any other. */
  private static Api hasty(String token) throws IOException {
    return Api.as(docker(token, "")).without("X-Auth-TenantId");
  }

  @Test
  void two_projects_run_containers_of_one_name_with_their_tokens_and_see_their_own()
      throws IOException {
    Docker alice = docker(member("alice", "acme", "member"), acme);
    Docker bob = docker(member("bob", "umbrella", "member"), umbrella);
    String first = alice.ok("run", "-d", "--name", "web", "busybox", "sleep", "600");
    String second = bob.ok("run", "-d", "--name", "web", "busybox", "sleep", "600");
    assertThat(alice.ok("ps", "--no-trunc", "--format", "{{.ID}} {{.Names}}"))
        .isEqualTo(first + " web");
    assertThat(bob.ok("ps", "--no-trunc", "--format", "{{.ID}} {{.Names}}"))
        .isEqualTo(second + " web");
    assertThat(bob.run("inspect", first).exits(1).err()).containsIgnoringCase("no such");
    alice.remove("web");
    bob.remove("web");
  }

  @Test
  void a_project_is_named_by_its_id_or_its_name_or_its_name_and_domain_or_not_at_all()
      throws IOException {
    Api api = api(member("carl", "acme", "member"));
    for (String name : new String[] {acme, "acme", "acme@Default", "acme@default"}) {
      assertThat(api.with("X-Auth-TenantId", name).get("/containers/json").status())
          .as(name)
          .isEqualTo(200);
    }
    assertThat(api.get("/berth/v1/whoami").json().toString())
        .isEqualTo(
            "{\"user\":\"carl\",\"tenant\":\"%s\",\"role\":\"member\",\"source\":\"keystone\"}"
                .formatted(acme));
    for (String name : new String[] {umbrella, "umbrella", "acme@other", "nobody", "default"}) {
      assertThat(api.with("X-Auth-TenantId", name).get("/containers/json").status())
          .as(name)
          .isEqualTo(403);
    }
  }

  @Test
  void roles_are_mapped_and_one_that_means_nothing_opens_nothing() throws IOException {
    Api reader = api(member("rita", "acme", "reader"));
    assertThat(reader.get("/containers/json").status()).isEqualTo(200);
    assertThat(reader.send("POST", "/containers/create", "{\"Image\":\"busybox\"}").status())
        .isEqualTo(403);
    assertThat(api(member("berta", "acme", "berth")).get("/berth/v1/whoami").json().path("role"))
        .hasToString("\"member\"");
    Api other = api(member("otto", "acme", "other"));
    assertThat(other.get("/containers/json").status()).isEqualTo(403);
    assertThat(other.get("/containers/json").message())
        .contains("no role of otto in the project means anything here");
  }

  @Test
  void a_token_without_a_project_is_told_what_it_lacks() throws IOException {
    keystone.user("uwe");
    Api api = api(keystone.token("uwe", "uwe", ""));
    assertThat(api.get("/containers/json").status()).isEqualTo(403);
    assertThat(api.get("/containers/json").message()).contains("scoped to a project");
  }

  @Test
  void what_keystone_takes_back_is_no_good_at_once() throws IOException {
    String token = member("rosa", "acme", "member");
    Api api = api(token);
    assertThat(api.get("/containers/json").status()).isEqualTo(200);
    keystone.revoke(token);
    assertThat(api.get("/containers/json").status()).isEqualTo(401);

    String user = keystone.user("dora");
    keystone.grant(acme, user, "member");
    Api dora = api(keystone.token("dora", "dora", "acme"));
    assertThat(dora.get("/containers/json").status()).isEqualTo(200);
    keystone.withdraw(acme, user, "member");
    assertThat(dora.get("/containers/json").status()).isEqualTo(401);
  }

  @Test
  void what_is_open_when_a_token_is_taken_back_ends_and_what_others_have_open_stays()
      throws IOException {
    String token = member("tina", "acme", "member");
    Docker tina = docker(token, acme);
    Docker other = docker(member("theo", "acme", "member"), acme);
    tina.ok("run", "-d", "--name", "talker", "busybox", "sh", "-c", TALK);
    Process stays = other.command("logs", "-f", "talker").start();
    Eventually.get(() -> hasOutput(stays), has -> has);
    List<Supplier<Process>> ways =
        List.of(
            () -> tina.command("exec", "talker", "sh", "-c", TALK).start(),
            () -> tina.command("attach", "talker").start(),
            () -> tina.command("logs", "-f", "talker").start(),
            () -> tina.command("events").start(),
            () -> stats(token, "talker"));
    List<Process> open = new ArrayList<>();
    ways.forEach(way -> open.add(way.get()));
    try {
      Eventually.get(
          () -> {
            tina.ok("exec", "talker", "true");
            for (int i = 0; i < ways.size(); i++) {
              // Keystone's server ends a connection now and then, and who was asked for with it.
              if (!open.get(i).isAlive() && !hasOutput(open.get(i))) {
                open.set(i, ways.get(i).get());
              }
            }
            return open.stream().allMatch(KeystoneIT::hasOutput);
          },
          all -> all);

      keystone.revoke(token);

      for (Process each : open) {
        Eventually.get(each::isAlive, alive -> !alive);
      }
      assertThat(stays.isAlive()).isTrue();
      assertThat(other.ok("inspect", "-f", "{{.State.Running}}", "talker")).isEqualTo("true");
    } finally {
      open.forEach(Process::destroyForcibly);
      stays.destroyForcibly();
      other.remove("talker");
    }
  }

  private static final String TALK = "while true; do echo up; sleep 1; done";

  private static boolean hasOutput(Process process) {
    try {
      return process.getInputStream().available() > 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Samples without an end; the docker CLI's own command would ask again when they end. */
  private static Process stats(String token, String container) {
    return Command.of(
            "curl",
            "-sN",
            "-H",
            "X-Auth-Token: " + token,
            endpoint.replaceFirst("^tcp", "http") + "/containers/" + container + "/stats")
        .start();
  }

  @Test
  void a_user_or_a_project_that_is_disabled_is_out() throws IOException {
    String user = keystone.user("hugo");
    keystone.grant(acme, user, "member");
    Api hugo = api(keystone.token("hugo", "hugo", "acme"));
    assertThat(hugo.get("/containers/json").status()).isEqualTo(200);
    keystone.ask("PATCH", "/v3/users/" + user, "{'user':{'enabled':false}}");
    assertThat(hugo.get("/containers/json").status()).isEqualTo(401);

    String project = keystone.project("closing");
    String ida = keystone.user("ida");
    keystone.grant(project, ida, "member");
    Api api = api(keystone.token("ida", "ida", "closing"));
    assertThat(api.get("/containers/json").status()).isEqualTo(200);
    keystone.ask("PATCH", "/v3/projects/" + project, "{'project':{'enabled':false}}");
    assertThat(api.get("/containers/json").status()).isEqualTo(401);
  }

  @Test
  void berth_login_takes_a_token_of_keystone() throws IOException {
    String token = member("lena", "acme", "member");
    Map<String, String> env =
        Map.of("DOCKER_CONFIG", Files.createTempDirectory(directory, "login").toString());
    fleet.command("login", "--tenant", "acme", "--token-stdin").env(env).input(token).run().ok();
    assertThat(fleet.command("whoami").env(env).run().ok().out()).contains("lena").contains(acme);
    Docker docker = docker(token, "acme");
    assertThat(docker.ok("ps", "-q")).isEmpty();
  }

  @Test
  void berth_login_gets_a_token_from_keystone_and_renews_it_with_an_application_credential()
      throws IOException {
    String id = keystone.user("nora");
    keystone.grant(acme, id, "member");
    String own = keystone.token("nora", "nora", "acme");
    String credential = keystone.applicationCredential(id, own, "laptop", "secret-of-nora");
    Map<String, String> env =
        Map.of(
            "DOCKER_CONFIG",
            Files.createTempDirectory(directory, "login").toString(),
            "DOCKER_HOST",
            endpoint);
    String url = keystone.overTls().url().toString();
    String ca = keystone.overTls().authority().toString();
    String[] byPassword = {
      "login", "--keystone", url, "--keystone-ca", ca, "--user", "nora", "--password-stdin"
    };
    assertThat(fleet.command(byPassword).env(env).input("nora").run().exits(1).err())
        .contains("name one with --project");
    assertThat(login(env, "nora", byPassword, "--project", "acme", "--context", "work").out())
        .contains("Logged in as nora in project acme")
        .contains(" until 20");
    Docker docker = new Docker(env);
    assertThat(docker.ok("ps", "-q")).isEmpty();
    assertThat(
            new Docker(Map.of("DOCKER_CONFIG", env.get("DOCKER_CONFIG")))
                .ok("--context", "work", "ps", "-q"))
        .isEmpty();

    String[] byCredential = {
      "login", "--keystone", url, "--keystone-ca", ca, "--application-credential-secret-stdin"
    };
    String[] byId = {"--application-credential-id", credential};
    String[] byName = {"--application-credential-name", "laptop", "--user", "nora"};
    for (String[] by : new String[][] {byName, byId}) {
      login(env, "secret-of-nora", byCredential, by);
      String first = Files.readString(Path.of(env.get("DOCKER_CONFIG"), "config.json"));
      fleet.command("login", "--renew").env(env).run().ok();
      assertThat(Files.readString(Path.of(env.get("DOCKER_CONFIG"), "config.json")))
          .isNotEqualTo(first);
      assertThat(docker.ok("ps", "-q")).isEmpty();
    }
    assertThat(
            fleet
                .command("login", "--keystone", url, "--user", "nora", "--password-stdin")
                .env(env)
                .input("nora")
                .run()
                .exits(1)
                .err())
        .contains("cannot trust the Keystone at " + url);
  }

  private static Outcome login(
      Map<String, String> env, String piped, String[] words, String... more) {
    String[] all = Arrays.copyOf(words, words.length + more.length);
    System.arraycopy(more, 0, all, words.length, more.length);
    return fleet.command(all).env(env).input(piped).run().ok();
  }

  @Test
  void what_is_no_token_is_refused_and_berths_own_tokens_work_beside() throws IOException {
    assertThat(api("nonsense").get("/containers/json").status()).isEqualTo(401);
    assertThat(api("x".repeat(200)).get("/containers/json").status()).isEqualTo(401);
    assertThat(Api.as(fleet.tenant("own")).get("/containers/json").status()).isEqualTo(200);
  }

  @Test
  void an_administrator_of_keystone_acts_in_its_own_project_only() throws IOException {
    Api api = api(keystone.token("admin", "secret-of-tests", "admin"));
    assertThat(api.get("/berth/v1/hosts").status()).isEqualTo(200);
    assertThat(api.with("X-Auth-TenantId", acme).get("/containers/json").status()).isEqualTo(403);
  }

  @Test
  void a_keystone_that_is_down_is_told_and_berths_own_tokens_go_on() throws IOException {
    Api stella = hasty(member("stella", "acme", "member"));
    assertThat(stella.patient().get("/containers/json").status()).isEqualTo(200);
    keystone.stop();
    try {
      assertThat(hasty(keystone.url() + "-new-token").get("/containers/json").status())
          .isEqualTo(503);
      // It was good a moment ago: an outage does not end what runs.
      assertThat(stella.get("/containers/json").status()).isEqualTo(200);
      assertThat(Api.as(fleet.tenant("own")).get("/containers/json").status()).isEqualTo(200);
    } finally {
      keystone.start();
    }
    assertThat(stella.patient().get("/containers/json").status()).isEqualTo(200);
  }
}

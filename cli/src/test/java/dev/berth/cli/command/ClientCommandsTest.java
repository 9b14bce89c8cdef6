package dev.berth.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.cli.TestDesk;
import dev.berth.cli.TestManager;
import dev.berth.cli.docker.DockerConfig;
import dev.berth.cli.docker.DockerContext;
import dev.berth.common.tls.Authority;
import dev.berth.common.tls.Credentials;
import dev.berth.common.tls.Peer;
import dev.berth.common.tls.PeerRole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientCommandsTest {
  private static final String WHO = "{\"user\":\"ann\",\"tenant\":\"acme\",\"role\":\"member\"}";

  @TempDir private Path home;
  private TestManager manager;
  private TestDesk desk;

  @BeforeEach
  void start() throws IOException {
    manager = new TestManager();
    desk = new TestDesk(home).with("DOCKER_HOST", manager.uri());
  }

  @AfterEach
  void stop() throws IOException {
    manager.close();
  }

  @Test
  void a_password_is_exchanged_for_a_token_that_goes_into_the_docker_config() throws IOException {
    Path file = home.resolve(".docker/config.json");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "{\"auths\":{\"r\":{\"auth\":\"x\"}},\"HttpHeaders\":{\"A\":\"b\"}}");
    manager
        .answers("POST /v3/auth/tokens", 201, "{}", "X-Subject-Token", "tok")
        .answers("GET /berth/v1/whoami", 200, WHO);

    int code =
        desk.piped("s3cret\n")
            .run("login", "--user", "ann", "--password-stdin", "--tenant", "acme");

    assertThat(desk.err()).isEmpty();
    assertThat(code).isZero();
    assertThat(manager.asked().getFirst().body().at("/auth/identity/password/user/password"))
        .hasToString("\"s3cret\"");
    assertThat(manager.asked().getFirst().headers().has("X-Auth-Token")).isFalse();
    assertThat(manager.asked().getLast().headers().first("X-Auth-TenantId")).hasValue("acme");
    assertThat(DockerConfig.read(file.getParent()).identity())
        .hasValue(new DockerConfig.Identity("tok", "acme"));
    assertThat(Files.readString(file)).contains("\"auths\"").contains("\"A\" : \"b\"");
    assertThat(desk.out()).doesNotContain("tok\n").doesNotContain("s3cret");
  }

  @Test
  void a_refused_login_changes_nothing_and_gives_the_managers_sentence() {
    manager.answers(
        "POST /v3/auth/tokens", 401, "{\"error\":{\"message\":\"wrong user or password\"}}");

    assertThat(
            desk.piped("x").run("login", "--user", "ann", "--password-stdin", "--tenant", "acme"))
        .isEqualTo(1);
    assertThat(desk.err()).isEqualToIgnoringNewLines("berth: wrong user or password");
    assertThat(home.resolve(".docker/config.json")).doesNotExist();
  }

  @Test
  void a_token_that_is_not_good_is_not_kept() {
    manager.answers("GET /berth/v1/whoami", 401, "{\"message\":\"the token has expired\"}");

    assertThat(desk.run("login", "--token", "old", "--tenant", "acme")).isEqualTo(1);
    assertThat(desk.err()).isEqualToIgnoringNewLines("berth: the token has expired");
    assertThat(home.resolve(".docker/config.json")).doesNotExist();
  }

  @Test
  void after_a_logout_nobody_is_logged_in() {
    manager.answers("GET /berth/v1/whoami", 200, WHO);
    assertThat(desk.run("login", "--token", "tok", "--tenant", "acme")).isZero();

    assertThat(desk.run("logout")).isZero();
    assertThat(DockerConfig.read(home.resolve(".docker")).identity()).isEmpty();
    assertThat(desk.run("logout")).isZero();
    assertThat(desk.out()).startsWith("Nobody is logged in");
  }

  @Test
  void a_login_needs_one_proof() {
    assertThat(desk.run("login", "--tenant", "acme")).isEqualTo(2);
    assertThat(desk.run("login", "--tenant", "a", "--user", "u", "--token", "t")).isEqualTo(2);
    assertThat(desk.run("login", "--tenant", "a", "--user", "u")).isEqualTo(1);
    assertThat(desk.err()).contains("--password-stdin");
  }

  @Test
  void whoami_tells_as_text_and_as_json() {
    manager.answers("GET /berth/v1/whoami", 200, WHO);

    assertThat(desk.run("whoami")).isZero();
    assertThat(desk.out()).isEqualToIgnoringNewLines("ann in tenant acme, as member");
    assertThat(desk.run("whoami", "--format", "json")).isZero();
    assertThat(desk.out()).contains("\"user\" : \"ann\"");
  }

  @Test
  void quota_tells_what_a_tenant_has_of_each_limit_or_that_it_has_none() {
    manager.answers(
        "GET /berth/v1/quota",
        200,
        "{\"tenant\":\"acme\",\"quota\":{\"memory\":{\"limit\":4,\"used\":1,\"text\":\"1GiB of 4GiB\"}}}");
    assertThat(desk.run("quota")).isZero();
    assertThat(desk.out()).containsPattern("OF +HAS\nmemory +1GiB of 4GiB");
    manager.answers("GET /berth/v1/quota", 200, "{\"tenant\":\"acme\",\"quota\":{}}");
    assertThat(desk.run("quota")).isZero();
    assertThat(desk.out()).contains("The tenant acme has no limits.");
  }

  @Test
  void a_rebalance_leaves_its_goal_to_the_server_and_tells_of_what_it_leaves_out() {
    String plan =
        """
        {"goal":"%s","moves":[],"moreStays":30,
         "stays":[{"tenant":"acme","name":"web","host":"id1","why":"no other host can have it"}],
         "before":{"used":2,"fullest":40},"after":{"used":2,"fullest":40}}""";
    manager.answers("GET /berth/v1/rebalance", 200, plan.formatted("binpack"));
    manager.answers("GET /berth/v1/hosts", 200, "{\"hosts\":[{\"id\":\"id1\",\"name\":\"h1\"}]}");

    assertThat(desk.run("rebalance", "--dry-run")).isZero();

    assertThat(desk.out())
        .contains(
            "acme/web stays on h1: no other host can have it",
            "30 more cannot move.",
            "Goal: binpack. Hosts in use: 2, then 2.");
    manager.answers("GET /berth/v1/rebalance/balanced", 200, plan.formatted("balanced"));
    assertThat(desk.run("rebalance", "--dry-run", "--goal", "balanced")).isZero();
    assertThat(desk.out()).contains("Goal: balanced.");
  }

  @Test
  void the_hosts_of_a_tenant_are_given_one_by_one_and_cleared_by_an_empty_one() {
    manager.answers("PUT /berth/v1/tenants/acme", 200, "{\"constraints\":[\"zone!=a\"]}");
    assertThat(
            desk.run(
                "tenant", "update", "acme", "--constraint", "zone!=a", "--constraint", "x!=/a,b/"))
        .isZero();
    assertThat(manager.asked().getLast().body())
        .hasToString("{\"constraints\":[\"zone!=a\",\"x!=/a,b/\"]}");
    assertThat(desk.out()).contains("hosts: zone!=a");

    assertThat(desk.run("tenant", "update", "acme", "--constraint", "")).isZero();
    assertThat(manager.asked().getLast().body()).hasToString("{\"constraints\":[]}");
    assertThat(desk.run("tenant", "update", "acme", "--flavor", "small")).isZero();
    assertThat(manager.asked().getLast().body().has("constraints")).isFalse();
  }

  @Test
  void a_manager_that_is_not_there_is_one_sentence() throws IOException {
    manager.close();

    assertThat(desk.run("whoami")).isEqualTo(1);
    assertThat(desk.err()).startsWith("berth: cannot connect to the manager at tcp://127.0.0.1:");
  }

  @Test
  void a_made_password_is_shown_once_and_a_piped_one_never() {
    manager.answers("POST /berth/v1/users", 201, "{\"name\":\"bob\",\"password\":\"made\"}");
    assertThat(desk.run("user", "create", "bob", "--tenant", "acme")).isZero();
    assertThat(manager.asked().getLast().body().has("password")).isFalse();
    assertThat(desk.out()).contains("Password (shown once): made");

    manager.answers("POST /berth/v1/users", 201, "{\"name\":\"bob\"}");
    assertThat(
            desk.piped("given\n").run("user", "create", "bob", "--tenant", "a", "--password-stdin"))
        .isZero();
    assertThat(manager.asked().getLast().body().path("password").asText()).isEqualTo("given");
    assertThat(desk.out()).doesNotContain("given").doesNotContain("Password");
  }

  @Test
  void a_tenants_name_is_checked_before_anybody_is_asked() {
    assertThat(desk.run("tenant", "create", "Acme.1")).isEqualTo(1);
    assertThat(desk.err()).contains("invalid tenant \"Acme.1\"");
    assertThat(manager.asked()).isEmpty();
  }

  @Test
  void the_audit_log_is_asked_for_what_is_named_and_shown_as_a_table() {
    manager.answers(
        "GET /berth/v1/audit?tenant=acme&outcome=refused&since=10m&limit=5",
        200,
        """
        {"entries": [{"time": "2026-01-01T00:00:00.000Z", "tenant": "acme", "user": "ann",
          "action": "ContainerCreate", "object": "web\\u001b[2J", "outcome": "refused",
          "reason": "HostConfig.Privileged is not allowed"}], "lost": 2}
        """);
    int code =
        desk.run(
            "audit", "--tenant", "acme", "--outcome", "refused", "--since", "10m", "--limit", "5");
    assertThat(desk.err()).isEmpty();
    assertThat(code).isZero();
    assertThat(desk.out().lines())
        .hasSize(3)
        .element(1)
        .asString()
        .containsSubsequence(
            "acme", "ann", "ContainerCreate", "web?[2J", "-", "refused", "HostConfig");
    assertThat(desk.out()).contains("2 lines could not be written since the start");
  }

  @Test
  void an_audit_log_that_is_followed_ends_with_the_managers_sentence() {
    manager.answers(
        "GET /berth/v1/audit?follow=1",
        200,
        "{\"time\":\"t1\",\"action\":\"VolumeCreate\"}\n{\"end\":\"read too slowly\"}\n");
    assertThat(desk.run("audit", "--follow", "--format", "json")).isEqualTo(1);
    assertThat(desk.out()).isEqualTo("{\"time\":\"t1\",\"action\":\"VolumeCreate\"}\n");
    assertThat(desk.err()).contains("read too slowly");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "host ls|GET /berth/v1/hosts|hosts",
        "host token ls|GET /berth/v1/join-tokens|tokens",
        "tenant ls|GET /berth/v1/tenants|tenants",
        "user ls|GET /berth/v1/users|users",
        "token ls|GET /berth/v1/tokens|tokens",
        "policy ls|GET /berth/v1/policies|policies",
        "audit|GET /berth/v1/audit|entries",
        "events|GET /berth/v1/events|events",
        "top|GET /berth/v1/monitor/top?order=cpu|containers",
        "host top|GET /berth/v1/monitor/hosts|hosts",
        "tenant top|GET /berth/v1/monitor/tenants|tenants",
      })
  void every_list_is_printed_by_a_template(String command, String call, String field) {
    manager.answers(call, 200, "{\"%s\":[{\"x\":\"one\"},{\"x\":\"two\"}]}".formatted(field));

    List<String> words = new ArrayList<>(List.of(command.split(" ")));
    words.addAll(List.of("--format", "{{upper .X}}"));

    assertThat(desk.run(words.toArray(String[]::new))).describedAs(desk.err()).isZero();
    assertThat(desk.out().lines()).containsExactly("ONE", "TWO");
  }

  @Test
  void the_fields_that_a_policy_can_open_are_printed_by_a_template() {
    manager.answers(
        "GET /berth/v1/policies", 200, "{\"policies\":[],\"fields\":[\"A:x\",\"B:y\"]}");

    assertThat(desk.run("policy", "fields", "--format", "{{.name}}!")).as(desk.err()).isZero();
    assertThat(desk.out().lines()).containsExactly("A:x!", "B:y!");
    assertThat(desk.run("policy", "fields", "--format", "json")).isZero();
    assertThat(desk.out()).isEqualToIgnoringNewLines("[ \"A:x\", \"B:y\" ]");
  }

  @Test
  void the_contexts_that_berth_has_made_are_listed_and_no_others() throws Exception {
    Path docker = home.resolve(".docker");
    Credentials own =
        Authority.open(home.resolve("authority"), "test")
            .issueHere(new Peer(PeerRole.AGENT, "ann"), List.of(), Duration.ofHours(1));
    DockerContext.in(docker, "work").write("tcp://m:2376", "Berth, as ann in tenant acme", own);
    DockerContext.in(docker, "home")
        .write("tcp://n:2375", "Berth, with the token of the login", Optional.empty());
    DockerContext.in(docker, "desk").write("tcp://o:2375", "my own", Optional.empty());

    assertThat(desk.run("context", "ls")).as(desk.err()).isZero();
    assertThat(desk.out().lines())
        .satisfiesExactly(
            heading -> assertThat(heading).startsWith("CONTEXT"),
            line -> assertThat(line).matches("home +tcp://n:2375 +- +Berth, with the token.*"),
            line -> assertThat(line).matches("work +tcp://m:2376 +20\\S+Z +Berth, as ann.*"));
    assertThat(desk.run("context", "ls", "--format", "{{.name}} {{.endpoint}}")).isZero();
    assertThat(desk.out().lines()).containsExactly("home tcp://n:2375", "work tcp://m:2376");
    assertThat(desk.run("context", "rm", "home", "--format", "json")).isZero();
    assertThat(desk.out()).isEqualToIgnoringNewLines("{  \"name\" : \"home\"}");
    assertThat(desk.run("context", "ls", "--format", "{{.name}}")).isZero();
    assertThat(desk.out().lines()).containsExactly("work");
  }

  @Test
  void a_field_that_a_template_names_and_nothing_has_is_one_sentence_with_those_there_are() {
    manager.answers("GET /berth/v1/hosts", 200, "{\"hosts\":[{\"name\":\"h1\",\"state\":\"up\"}]}");

    assertThat(desk.run("host", "ls", "--format", "{{.colour}}")).isEqualTo(1);
    assertThat(desk.err())
        .isEqualToIgnoringNewLines("berth: there is no field .colour: there are .name, .state");
  }

  @ParameterizedTest
  @CsvSource({
    "tenant rm acme --force,DELETE /berth/v1/tenants/acme?force=true,removing tenant acme",
    "host rm h1 --force,DELETE /berth/v1/hosts/h1?force=true,removing host h1",
  })
  void a_long_removal_is_told_on_a_terminal_while_it_goes_on(
      String command, String call, String told) {
    manager.answers(call, 200, "{\"name\":\"h1\"}").late(Duration.ofMillis(1_300));

    assertThat(desk.run(command.split(" "))).as(desk.err()).isZero();
    assertThat(desk.err()).isEmpty();
    assertThat(desk.atTerminal().run((command + " --format json").split(" "))).isZero();
    assertThat(desk.err()).isEmpty();
    manager.heldUntil(() -> desk.err().contains(" now"));
    assertThat(desk.run(command.split(" "))).as(desk.err()).isZero();
    assertThat(desk.err()).contains("berth: " + told, ", for 1 s now").endsWith("\r\033[K");
  }

  @Test
  void a_format_that_is_none_is_misuse() {
    assertThat(desk.run("host", "ls", "--format", "yaml")).isEqualTo(2);
    assertThat(desk.err()).contains("use table, json or a template");
  }
}

package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two tenants with the same names, neither of whom can tell that the other is there. */
final class TenancyIT {
  private Docker acme;
  private Docker umbrella;
  private String acmeId;

  @BeforeEach
  void tenants() {
    acme = Fleet.shared().tenant("acme");
    umbrella = Fleet.shared().tenant("umbrella");
    acmeId = acme.ok("run", "-d", "--name", "web", "busybox", "sleep", "600");
  }

  @AfterEach
  void cleanUp() {
    for (Docker docker : new Docker[] {acme, umbrella}) {
      String ids = docker.ok("ps", "-aq");
      if (!ids.isEmpty()) {
        docker.remove(ids.split("\n"));
      }
    }
  }

  @Test
  void an_operator_sees_each_host_in_info_and_a_tenant_sees_none() {
    Fleet.shared().tenant("operators");
    Docker operator =
        Fleet.docker(Fleet.shared().berth("env", "--tenant", "operators", "--role", "admin").ok());
    assertThat(operator.run("info").ok().out())
        .contains("Hosts: 3 of 3 up")
        .contains("lab-h1: ")
        .contains("lab-h3: ")
        .contains("Status: healthy")
        .contains("Reserved Memory: ");
    assertThat(acme.run("info").ok().out()).doesNotContain("lab-h1");
  }

  @Test
  void two_tenants_have_a_container_of_the_same_name_and_each_sees_one_its_own() {
    String umbrellaId = umbrella.ok("run", "-d", "--name", "web", "busybox", "sleep", "600");
    assertThat(umbrellaId).isNotEqualTo(acmeId);
    assertThat(acme.ok("ps", "-a", "--no-trunc", "--format", "{{.ID}} {{.Names}}"))
        .isEqualTo(acmeId + " web");
    assertThat(umbrella.ok("ps", "-a", "--no-trunc", "--format", "{{.ID}} {{.Names}}"))
        .isEqualTo(umbrellaId + " web");
    umbrella.ok("rm", "-f", "web");
    assertThat(acme.ok("inspect", "-f", "{{.State.Running}}", "web")).isEqualTo("true");
  }

  @Test
  void a_taken_name_is_told_in_the_engines_words_only_to_its_own_tenant() {
    Outcome outcome = acme.run("create", "--name", "web", "busybox").exits(1);
    assertThat(outcome.err())
        .contains(
            ("Conflict. The container name \"/web\" is already in use by container \"%s\"."
                    + " You have to remove (or rename) that container to be able to reuse that name.")
                .formatted(acmeId));
  }

  @ParameterizedTest
  @CsvSource({
    "GET, json",
    "GET, top",
    "GET, logs?stdout=1",
    "GET, changes",
    "GET, stats?stream=0",
    "GET, export",
    "GET, archive?path=/",
    "HEAD, archive?path=/",
    "PUT, archive?path=/",
    "POST, start",
    "POST, stop",
    "POST, restart",
    "POST, kill",
    "POST, pause",
    "POST, unpause",
    "POST, rename?name=mine",
    "POST, update",
    "POST, wait",
    "POST, attach?stream=1",
    "GET, attach/ws?stream=1",
    "POST, resize?h=1&w=1",
    "POST, exec",
    "DELETE, ''"
  })
  void another_tenants_container_answers_like_one_that_does_not_exist(
      String method, String operation) {
    Api api = Api.as(umbrella);
    String missing = "0".repeat(63) + "1";
    for (String reference : new String[] {acmeId, acmeId.substring(0, 12), "web", "acme.web"}) {
      Api.Answer answer = api.send(method, path(reference, operation), body(operation));
      Api.Answer expected = api.send(method, path(missing, operation), body(operation));
      assertThat(answer.status()).describedAs(reference).isEqualTo(404);
      assertThat(answer.text()).isEqualTo(expected.text().replace(missing, reference));
      assertThat(answer.telling()).isEqualTo(expected.telling());
    }
    assertThat(acme.ok("inspect", "-f", "{{.State.Status}} {{.Name}}", acmeId))
        .isEqualTo("running /web");
  }

  private static String path(String reference, String operation) {
    return "/containers/" + reference + (operation.isEmpty() ? "" : "/" + operation);
  }

  private static String body(String operation) {
    return operation.equals("exec") || operation.equals("update") ? "{}" : "";
  }

  @Test
  void another_tenants_exec_answers_like_one_that_does_not_exist() {
    String id =
        Api.as(acme)
            .send("POST", "/containers/web/exec", "{\"Cmd\":[\"id\"],\"AttachStdout\":true}")
            .json()
            .path("Id")
            .asText();
    assertThat(id).hasSize(64);
    Api api = Api.as(umbrella);
    for (String call : new String[] {"GET json", "POST start", "POST resize?h=1&w=1"}) {
      String[] parts = call.split(" ");
      Api.Answer answer = api.send(parts[0], "/exec/" + id + "/" + parts[1], "");
      assertThat(answer.status()).describedAs(call).isEqualTo(404);
      assertThat(answer.message()).isEqualTo("No such exec instance: " + id);
    }
    assertThat(Api.as(acme).get("/exec/" + id + "/json").json().path("Running").asBoolean())
        .isFalse();
  }

  @Test
  void a_unique_prefix_is_found_only_by_its_own_tenant() {
    for (int length = 12; length > 3; length -= 4) {
      String prefix = acmeId.substring(0, length);
      assertThat(acme.ok("inspect", "-f", "{{.Id}}", prefix)).isEqualTo(acmeId);
      assertThat(umbrella.run("inspect", "--type", "container", prefix).exits(1).err())
          .containsIgnoringCase("no such container: " + prefix);
    }
  }

  @Test
  void events_of_another_tenant_are_not_heard() throws Exception {
    Process listener =
        umbrella
            .command(
                "events", "--format", "{{.Type}} {{.Action}} {{index .Actor.Attributes \"name\"}}")
            .start();
    Docker own = umbrella;
    Eventually.get(
        () -> {
          acme.ok("restart", "-t", "0", "web");
          own.run("rm", "-f", "mine");
          own.ok("create", "--name", "mine", "busybox");
          try {
            return listener.getInputStream().available();
          } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        },
        available -> available > 0);
    String heard =
        new String(
            listener.getInputStream().readNBytes(listener.getInputStream().available()),
            java.nio.charset.StandardCharsets.UTF_8);
    listener.destroy();
    assertThat(heard)
        .contains("container create mine")
        .doesNotContain("web")
        .doesNotContain("acme");
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-Auth-Token", "both"})
  void without_a_token_nothing_is_served(String missing) {
    Api api = Api.as(acme).without("X-Auth-Token");
    if (missing.equals("both")) {
      api = api.without("X-Auth-TenantId");
    }
    assertThat(api.get("/containers/json").status()).isEqualTo(401);
    assertThat(api.get("/info").status()).isEqualTo(401);
    assertThat(api.get("/_ping").status()).isEqualTo(200);
  }

  @Test
  void a_token_is_good_for_its_own_tenant_only() {
    Api api = Api.as(umbrella).with("X-Auth-TenantId", "acme");
    assertThat(api.get("/containers/json").status()).isEqualTo(403);
    assertThat(Api.as(umbrella).with("X-Auth-Token", "forged").get("/containers/json").status())
        .isEqualTo(401);
  }

  @Test
  void berths_own_labels_cannot_be_claimed() {
    Outcome outcome = umbrella.run("create", "--label", "berth.tenant=acme", "busybox").exits(1);
    assertThat(outcome.err()).contains("berth.tenant");
    umbrella.run("create", "--label", "Berth.Record=x", "busybox").exits(1);
    assertThat(umbrella.ok("ps", "-aq")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--privileged",
        "--network=host",
        "--pid=host",
        "--ipc=host",
        "--uts=host",
        "-v=/etc:/x",
        "--mount=type=bind,source=/etc,target=/x",
        "--cap-add=SYS_ADMIN",
        "--device=/dev/kmsg",
        "--security-opt=seccomp=unconfined",
        "--cgroup-parent=/x",
        "--network=container:web",
        "--volumes-from=web",
        "--link=web",
      })
  void what_reaches_the_host_or_another_tenant_is_refused_and_leaves_nothing(String option) {
    umbrella.run("create", "--name", "escape", option, "busybox").exits(1);
    assertThat(umbrella.ok("ps", "-aq")).isEmpty();
    umbrella.ok("create", "--name", "escape", "busybox");
  }

  @Test
  void what_a_tenant_may_join_is_its_own() {
    assertThat(
            acme.ok(
                "run",
                "--rm",
                "--network",
                "container:web",
                "--volumes-from",
                "web",
                "busybox",
                "echo",
                "joined"))
        .isEqualTo("joined");
  }
}

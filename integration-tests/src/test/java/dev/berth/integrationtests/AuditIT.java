package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the audit log says of what tenants and operators did, and who can read it. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class AuditIT {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String TENANT = "audited";
  private static final Fleet FLEET = Fleet.shared();

  private static Docker docker;
  private static Docker other;
  private static Instant begin;

  @BeforeAll
  static void tenants() {
    begin = Instant.now();
    docker = FLEET.tenant(TENANT);
    other = FLEET.tenant("umbrella");
  }

  @AfterAll
  static void cleanUp() {
    docker.remove("watched", "secret", "box");
  }

  private static List<JsonNode> lines(String... filters) {
    List<String> words = new ArrayList<>(List.of("audit", "--format", "json"));
    words.addAll(List.of("--since", begin.toString()));
    words.addAll(List.of(filters));
    try {
      List<JsonNode> lines = new ArrayList<>();
      JSON.readTree(FLEET.berth(words.toArray(String[]::new)).ok().out())
          .path("entries")
          .forEach(lines::add);
      return lines;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** All that is in it, as it is. */
  private static String file() throws IOException {
    return Files.readString(
        FLEET.tree().stream()
            .filter(path -> path.endsWith("audit/audit.jsonl"))
            .findFirst()
            .orElseThrow());
  }

  private static String text(JsonNode line, String field) {
    return line.path(field).asText();
  }

  @Test
  void a_container_of_a_tenant_leaves_a_line_for_each_call_that_changed_it() throws IOException {
    String id =
        docker.ok(
            "run", "-d", "--name", "watched", "-e", "PASSWORD=hunter2", "busybox", "sleep", "600");
    docker.ok("exec", "watched", "echo", "hunter2");
    docker.ok("rm", "-f", "watched");
    List<JsonNode> lines = lines("--tenant", TENANT, "--object", id.substring(0, 12));
    assertThat(lines)
        .extracting(line -> text(line, "action") + " " + text(line, "outcome"))
        .containsExactly(
            "ContainerCreate done",
            "ContainerStart done",
            "ContainerExec done",
            "ExecStart started",
            "ExecStart done",
            "ContainerDelete done");
    assertThat(lines)
        .allSatisfy(
            line -> {
              assertThat(text(line, "user")).isNotEmpty();
              assertThat(text(line, "tenant")).isEqualTo(TENANT);
              assertThat(text(line, "role")).isEqualTo("member");
              assertThat(text(line, "by")).isEqualTo("token");
              assertThat(text(line, "client")).isEqualTo("127.0.0.1");
              assertThat(text(line, "id")).isEqualTo(id);
              assertThat(text(line, "host")).startsWith("lab-h");
              assertThat(line.path("status").asInt()).isBetween(101, 204);
            });
    assertThat(text(lines.getFirst(), "object")).isEqualTo("watched");
    String token =
        JSON.readTree(Path.of(docker.env().get("DOCKER_CONFIG"), "config.json").toFile())
            .at("/HttpHeaders/X-Auth-Token")
            .asText();
    assertThat(token).hasSizeGreaterThan(20);
    assertThat(file()).contains(id).doesNotContain(token).doesNotContain("hunter2");
  }

  @Test
  void a_policy_denial_names_its_field() {
    docker.run("create", "--name", "box", "--privileged", "busybox").exits(1);
    List<JsonNode> lines = lines("--tenant", TENANT, "--outcome", "refused", "--object", "box");
    assertThat(lines).hasSize(1);
    assertThat(text(lines.getFirst(), "field")).isEqualTo("HostConfig.Privileged");
    assertThat(lines.getFirst().path("status").asInt()).isEqualTo(403);
    assertThat(text(lines.getFirst(), "reason")).startsWith("HostConfig.Privileged is not allowed");
  }

  @Test
  void who_nobody_knows_is_refused_without_a_name_and_its_token_is_not_kept() throws IOException {
    Api.as(docker)
        .with("X-Auth-Token", "stolen-but-wrong")
        .send("POST", "/containers/create?name=intruder", "{}");
    List<JsonNode> lines = lines("--object", "intruder");
    assertThat(lines).hasSize(1);
    JsonNode line = lines.getFirst();
    assertThat(line.path("status").asInt()).isEqualTo(401);
    assertThat(text(line, "outcome")).isEqualTo("refused");
    assertThat(line.has("user")).isFalse();
    assertThat(line.has("tenant")).isFalse();
    assertThat(file()).doesNotContain("stolen-but-wrong");
    Api.as(docker).with("X-Auth-TenantId", "umbrella").get("/info");
    assertThat(lines("--action", "SystemInfo", "--outcome", "refused"))
        .anySatisfy(refused -> assertThat(refused.path("status").asInt()).isEqualTo(403));
  }

  @Test
  void another_tenants_object_is_a_call_that_failed() {
    docker.ok("create", "--name", "secret", "busybox");
    Api.as(other).send("POST", "/containers/secret/start", "");
    assertThat(lines("--tenant", "umbrella", "--object", "secret"))
        .singleElement()
        .satisfies(
            line -> {
              assertThat(text(line, "outcome")).isEqualTo("failed");
              assertThat(line.path("status").asInt()).isEqualTo(404);
              assertThat(line.has("id")).isFalse();
            });
  }

  @Test
  void what_an_operator_does_and_a_failed_login_are_there_too() {
    FLEET.berth("tenant", "create", "audited-two").ok();
    assertThat(lines("--action", "TenantCreate", "--object", "audited-two"))
        .singleElement()
        .satisfies(
            line -> {
              assertThat(text(line, "role")).isEqualTo("admin");
              assertThat(line.path("status").asInt()).isEqualTo(201);
            });
    Api.as(docker)
        .without("X-Auth-Token")
        .send(
            "POST",
            "/v3/auth/tokens",
            """
            {"auth": {"identity": {"methods": ["password"], "password":
              {"user": {"name": "mallory", "password": "hunter2"}}}}}
            """);
    assertThat(lines("--action", "Login", "--object", "mallory"))
        .singleElement()
        .satisfies(line -> assertThat(text(line, "outcome")).isEqualTo("refused"));
  }

  @Test
  void a_tenant_cannot_read_it_and_that_it_tried_is_in_it() {
    assertThat(Api.as(docker).get("/berth/v1/audit").status()).isEqualTo(403);
    assertThat(Api.as(docker).without("X-Auth-Token").get("/berth/v1/audit").status())
        .isEqualTo(401);
    assertThat(lines("--action", "AuditRead", "--tenant", TENANT, "--outcome", "refused"))
        .isNotEmpty();
  }

  @Test
  void who_follows_sees_the_next_line_as_it_comes() throws Exception {
    Process follower =
        FLEET
            .command(
                "audit", "--follow", "--tenant", TENANT, "--action", "VolumeCreate", "--limit", "0")
            .start();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(follower.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(lines.readLine()).startsWith("TIME");
      // The follower may begin after the first volumes are there.
      String seen =
          Eventually.get(
              () -> {
                docker.ok("volume", "create", "followed");
                try {
                  return lines.ready() ? lines.readLine() : "";
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              },
              line -> !line.isEmpty());
      assertThat(seen).contains(TENANT, "VolumeCreate", "followed", "lab-h", "done");
    } finally {
      follower.destroy();
      docker.ok("volume", "rm", "followed");
    }
  }
}

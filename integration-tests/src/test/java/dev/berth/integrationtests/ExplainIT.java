package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code berth explain}, and that it is what a create then meets. */
final class ExplainIT {
  private final PlacedTenant tenant = new PlacedTenant(Fleet.shared().tenant("explain"));
  private final Docker docker = tenant.docker();

  @AfterEach
  void removeAll() {
    tenant.removeAll();
  }

  @Test
  void explain_tells_of_each_host_what_a_docker_run_line_would_meet_and_makes_nothing() {
    String chosen = tenant.host("b");
    Outcome outcome =
        Fleet.shared()
            .berth(
                "explain",
                "--tenant",
                "explain",
                "--",
                "docker",
                "run",
                "-d",
                "-m",
                "64m",
                "-e",
                "constraint:zone==b",
                "busybox",
                "sleep",
                "600")
            .ok();
    assertThat(outcome.lines())
        .anyMatch(line -> line.matches(chosen + "\\s+chosen\\s+\\d+\\s*"))
        .filteredOn(line -> line.matches(".*\\sconstraint\\s.*zone==b.*"))
        .hasSize(2);
    assertThat(docker.run("ps", "-aq").ok().lines()).isEmpty();
    assertThat(tenant.hostOf(tenant.create("-m", "64m", "-e", "constraint:zone==b")))
        .isEqualTo(chosen);
  }

  @Test
  void explain_says_why_nothing_fits_as_its_user_would_be_told() {
    Outcome outcome =
        Fleet.shared()
            .berth("explain", "--tenant", "explain", "--", "run", "-m", "900g", "busybox")
            .ok();
    String told = docker.run("create", "-m", "900g", "busybox").err();
    assertThat(told).contains("no resources available to schedule container");
    assertThat(told)
        .containsPattern(
            "resources removed 3; nearest: 900GiB of memory asked for, [0-9.]+[KMG]iB left\\)")
        .doesNotContain("lab-h");
    assertThat(told).contains(outcome.lines().getLast());
    assertThat(outcome.text()).contains("900GiB of memory asked for");
  }

  @ParameterizedTest
  @CsvSource({
    "run --privileged busybox, Privileged is not allowed",
    "run --nonsense busybox, unknown flag",
    "run, the docker CLI asked for no container",
  })
  void explain_refuses_what_could_not_be_made_anyhow(String line, String message) {
    List<String> words = new ArrayList<>(List.of("explain", "--tenant", "explain", "--", "docker"));
    words.addAll(List.of(line.split(" ")));
    Outcome outcome = Fleet.shared().berth(words.toArray(String[]::new));
    assertThat(outcome.exit()).isNotZero();
    assertThat(outcome.err()).contains(message);
  }

  @Test
  void a_tenant_is_not_told_of_hosts_by_explain() {
    Api.Answer answer =
        Api.as(docker)
            .send(
                "POST",
                "/berth/v1/explain",
                "{\"tenant\":\"explain\",\"create\":{\"Image\":\"busybox\"}}");
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.text()).doesNotContain("lab-h");
  }

  @Test
  void the_body_of_a_create_call_is_explained_as_it_is_made_then(@TempDir Path files)
      throws IOException {
    tenant.create("--name", "web-1", "-e", "constraint:zone==a");
    tenant.create("--name", "web-2", "-e", "constraint:zone==c");
    tenant.create("--name", "web-3", "-e", "constraint:zone==c");
    String body =
        """
        {"Image": "busybox", "Cmd": ["true"], "HostConfig": {"Memory": 67108864},
         "Env": ["constraint:zone!=b"], "Labels": {"berth.strategy": "binpack"}}
        """;
    String file = Files.writeString(files.resolve("create.json"), body).toString();
    Outcome outcome = Fleet.shared().berth("explain", "--tenant", "explain", "--body", file).ok();
    String wanted = tenant.host("c");
    assertThat(outcome.lines())
        .anyMatch(line -> line.matches(wanted + "\\s+chosen\\s+\\d+\\s*"))
        .anyMatch(line -> line.matches(tenant.host("a") + "\\s+possible\\s+\\d+\\s*"))
        .anyMatch(line -> line.matches(tenant.host("b") + "\\s+constraint\\s.*zone!=b.*"));
    assertThat(docker.run("ps", "-aq").ok().lines()).hasSize(3);
    Api.Answer made = Api.as(docker).send("POST", "/containers/create", body);
    assertThat(tenant.hostOf(made.json().path("Id").asText())).isEqualTo(wanted);
  }

  @Test
  void a_body_is_explained_with_the_name_that_is_given_beside_it(@TempDir Path files)
      throws IOException {
    tenant.create("--name", "web-1", "-e", "constraint:zone==a");
    tenant.create("--name", "web-2", "-e", "constraint:zone==b");
    tenant.create("--name", "other", "-m", "64m", "-e", "constraint:zone==c");
    String file =
        Files.writeString(
                files.resolve("create.json"),
                "{\"Image\": \"busybox\", \"Labels\": {\"berth.spread\": \"zone\"}}")
            .toString();
    assertThat(chosen("--body", file, "--name", "web-3")).isEqualTo(tenant.host("c"));
  }

  @ParameterizedTest
  @CsvSource({
    "--body no-such-file, the create call cannot be read",
    "'', give either --body FILE or a docker run command after --",
    "--body x -- run busybox, give either --body FILE or a docker run command after --",
    "--name web -- run busybox, '--name and --platform go with --body, or after --'",
  })
  void what_is_to_be_explained_is_given_once(String options, String message) {
    List<String> words = new ArrayList<>(List.of("explain", "--tenant", "explain"));
    Arrays.stream(options.split(" ")).filter(word -> !word.isEmpty()).forEach(words::add);
    assertThat(Fleet.shared().berth(words.toArray(String[]::new)).exits(1).err()).contains(message);
  }

  private static String chosen(String... words) {
    List<String> all = new ArrayList<>(List.of("explain", "--tenant", "explain"));
    all.addAll(List.of(words));
    return Fleet.shared().berth(all.toArray(String[]::new)).ok().lines().stream()
        .filter(line -> line.matches("\\S+\\s+chosen\\b.*"))
        .map(line -> line.substring(0, line.indexOf(' ')))
        .findFirst()
        .orElse("none");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-m 64m",
        "-m 64m --label berth.strategy=binpack",
        "--cpus 0.5 -m 64m --label berth.strategy=balanced",
        "-e constraint:zone!=a",
        "-e constraint:zone==~c",
        "-e affinity:container==in-1",
        "-e affinity:role!=web",
        "-p 28234:80",
        "--volumes-from last",
        "-e whitelist:node==nowhere|*",
        "--label berth.spread=zone --name in-3",
      })
  void what_explain_says_is_chosen_is_where_the_container_then_goes(String options) {
    tenant.create("--name", "in-1", "-m", "96m", "-e", "constraint:zone==a");
    tenant.create(
        "--name", "in-2", "--label", "role=web", "-p", "28234:80", "-e", "constraint:zone==b");
    tenant.create("--name", "last", "--cpus", "1", "-v", "/data", "-e", "constraint:zone==c");
    String[] words = options.split(" ");
    List<String> line = new ArrayList<>(List.of("--", "docker", "run"));
    line.addAll(List.of(words));
    line.add("busybox");
    String chosen = chosen(line.toArray(String[]::new));
    assertThat(tenant.hostOf(tenant.create(words))).isEqualTo(chosen);
  }

  private static Outcome explain(String tenant, String line) {
    List<String> words = new ArrayList<>(List.of("explain", "--tenant", tenant, "--"));
    words.addAll(List.of(line.split(" ")));
    return Fleet.shared().berth(words.toArray(String[]::new));
  }

  @Test
  void explain_counts_a_named_container_with_its_group() {
    String full = tenant.host("a");
    tenant.create("--name", "team-1", "-m", "16m", "-e", "constraint:zone==a");
    tenant.create("--name", "one", "-m", "64m", "-e", "constraint:zone==b");
    tenant.create("--name", "two", "-m", "64m", "-e", "constraint:zone==c");
    String line = "run --name team-2 -m 16m --label berth.spread=zone busybox";
    assertThat(explain("explain", line).ok().lines())
        .anyMatch(row -> row.matches(full + "\\s+spread\\s.*1 of the group already.*"))
        .anyMatch(row -> row.matches(".*\\schosen\\s.*"));
    assertThat(
            tenant.hostOf(
                tenant.create("--name", "team-2", "-m", "16m", "--label", "berth.spread=zone")))
        .isNotEqualTo(full);
  }

  @Test
  void explain_says_what_create_would_of_a_platform_a_name_and_an_image() {
    tenant.create("--name", "taken");
    String other = System.getProperty("os.arch").equals("amd64") ? "linux/arm64" : "linux/amd64";
    assertThat(explain("explain", "run --platform " + other + " busybox").ok().out())
        .contains("[platform " + other + "]", "platform removed 3");
    assertThat(explain("explain", "run --platform amiga busybox").exits(1).err())
        .contains("unknown operating system or architecture");
    assertThat(explain("explain", "run --name taken busybox").ok().out())
        .contains("The container name \"/taken\" is already in use by container")
        .doesNotContain("chosen");
    assertThat(explain("explain", "run sha256:" + "7".repeat(64)).exits(1).err())
        .contains("No such image: sha256:777");
  }

  @Test
  void explain_goes_on_without_an_image_that_docker_run_would_pull_and_says_so() {
    String line = "run -P --expose 81 -e constraint:zone==b nobodys";
    assertThat(explain("explain", line).ok().lines())
        .anyMatch(row -> row.matches(tenant.host("b") + "\\s+chosen\\s.*"))
        .last()
        .asString()
        .startsWith("the image is not here yet: docker run pulls it first");
    assertThat(explain("explain", "run busybox").ok().out()).doesNotContain("not here yet");
  }

  @Test
  void explain_counts_open_ports_and_new_volumes_as_create_does() {
    Docker bounded = Fleet.shared().tenant("explain-bounded");
    Fleet.shared()
        .berth("tenant", "update", "explain-bounded", "--quota", "ports=1,volumes=1")
        .ok();
    bounded.ok("create", "--name", "one", "-p", "80", "-v", "data:/data", "busybox");
    try {
      for (String options : List.of("-p 81", "-P --expose 81", "-v more:/data")) {
        Outcome explained = explain("explain-bounded", "run " + options + " busybox").ok();
        List<String> words = new ArrayList<>(List.of("create"));
        words.addAll(List.of(options.split(" ")));
        words.add("busybox");
        assertThat(bounded.run(words.toArray(String[]::new)).exits(1).err())
            .contains(explained.lines().getLast());
        assertThat(explained.lines().getLast()).startsWith("quota exceeded: of ");
        assertThat(explained.out()).doesNotContain("chosen");
      }
      assertThat(explain("explain-bounded", "run busybox").ok().out()).contains("chosen");
    } finally {
      bounded.remove("one");
      bounded.ok("volume", "rm", "data");
    }
  }
}

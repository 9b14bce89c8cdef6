package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each form of a hint, with the docker CLI, on three hosts that are the zones a, b and c. */
final class PlacementIT {
  private final Docker docker = Fleet.shared().tenant("placement");

  @AfterEach
  void removeAll() {
    List<String> names = docker.run("ps", "-aq").ok().lines();
    docker.remove(names.toArray(String[]::new));
  }

  private String create(String... words) {
    List<String> all = new java.util.ArrayList<>(List.of("create"));
    all.addAll(List.of(words));
    all.addAll(List.of("busybox", "sleep", "600"));
    return docker.ok(all.toArray(String[]::new));
  }

  private String hostOf(String container) {
    return docker.ok("inspect", "-f", "{{.Node.Name}}", container);
  }

  /** The name of the host in that zone. */
  private String host(String zone) {
    String name = "in-" + zone;
    create("--name", name, "-e", "constraint:zone==" + zone);
    String host = hostOf(name);
    docker.remove(name);
    return host;
  }

  @Test
  void each_zone_is_a_host_of_its_own() {
    assertThat(Set.of(host("a"), host("b"), host("c"))).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({
    "-e,constraint:zone==b",
    "-e,constraint:ZONE==b",
    "-e,constraint:zone==/^[b]$/",
    "-e,constraint:zone==b*",
    "--label,berth.constraint=zone==b",
    "--label,com.docker.swarm.constraints=[\"zone==b\"]",
  })
  void a_constraint_in_any_of_its_forms_is_kept(String option, String hint) {
    String wanted = host("b");
    // More than one, since spread would put the second elsewhere.
    Set<String> hosts = new HashSet<>();
    for (int i = 0; i < 2; i++) {
      hosts.add(hostOf(create(option, hint)));
    }
    assertThat(hosts).containsExactly(wanted);
  }

  @Test
  void unequal_constraints_leave_the_one_host_that_is_neither() {
    // Of several variables of one name the docker CLI sends the last: a label holds more.
    assertThat(hostOf(create("--label", "berth.constraint=[\"zone!=a\",\"zone!=c\"]")))
        .isEqualTo(host("b"));
    assertThat(hostOf(create("-e", "constraint:zone!=a", "-e", "constraint:node!=" + host("c"))))
        .isEqualTo(host("b"));
  }

  @Test
  void a_hint_in_the_environment_does_not_reach_the_container_and_one_in_a_label_stays() {
    String id =
        create(
            "-e",
            "constraint:zone==a",
            "-e",
            "KEPT=1",
            "--label",
            "com.docker.swarm.affinities=[\"container!=x\"]");
    assertThat(docker.ok("inspect", "-f", "{{.Config.Env}}", id))
        .contains("KEPT=1")
        .doesNotContain("constraint");
    assertThat(docker.ok("inspect", "-f", "{{.Config.Labels}}", id))
        .contains("com.docker.swarm.affinities");
  }

  @Test
  void a_soft_constraint_is_kept_where_it_can_be_and_dropped_where_it_cannot() {
    String wanted = host("c");
    assertThat(hostOf(create("-e", "constraint:zone==~c"))).isEqualTo(wanted);
    assertThat(hostOf(create("-e", "constraint:zone==~c"))).isEqualTo(wanted);
    create("-e", "constraint:zone==~nowhere");
  }

  @Test
  void a_constraint_on_the_node_takes_its_name() {
    String wanted = host("b");
    assertThat(hostOf(create("-e", "constraint:node==" + wanted))).isEqualTo(wanted);
  }

  @Test
  void what_the_platform_is_can_be_asked_for() {
    create("-e", "constraint:ostype==linux", "-e", "constraint:storagedriver==*");
    assertThat(docker.run("create", "-e", "constraint:ostype==windows", "busybox").err())
        .contains("Unable to find a node that satisfies the following conditions");
  }

  @Test
  void the_version_of_the_engine_can_be_asked_for() {
    String version = Fleet.shared().engine(0).ok("version", "-f", "{{.Server.Version}}");
    create("-e", "constraint:engineversion==" + version);
    assertThat(docker.run("create", "-e", "constraint:engineversion!=" + version, "busybox").err())
        .contains("[engineversion!=" + version + "]", "constraint removed 3");
  }

  @Test
  void a_platform_is_a_hosts_own_or_the_create_is_refused() {
    String asked = System.getProperty("os.arch").equals("amd64") ? "linux/amd64" : "linux/arm64";
    String other = asked.equals("linux/amd64") ? "linux/arm64" : "linux/amd64";
    String id = create("--platform", asked);
    assertThat(docker.ok("inspect", "-f", "{{.Config.Labels}}", id)).isEqualTo("map[]");
    assertThat(docker.run("create", "--platform", other, "busybox").exits(1).err())
        .contains(
            "Unable to find a node that satisfies the following conditions [platform %s]"
                .formatted(other),
            "platform removed 3");
  }

  @ParameterizedTest
  @CsvSource({
    "amiga, unknown operating system or architecture",
    "linux/*, wildcards not yet supported",
    "a/b/c/d, cannot parse platform specifier",
  })
  void what_is_no_platform_is_refused_in_the_engines_words(String platform, String words) {
    String path =
        "/v1.41/containers/create?platform="
            + java.net.URLEncoder.encode(platform, java.nio.charset.StandardCharsets.UTF_8);
    Api.Answer answer = Api.as(docker).send("POST", path, "{\"Image\":\"busybox\"}");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).contains(words + ": invalid argument");
  }

  @Test
  void containers_that_want_to_be_together_are_and_those_that_avoid_each_other_are_apart() {
    create("--name", "first", "--label", "role=web", "-e", "constraint:zone==b");
    String host = hostOf("first");
    for (String hint : List.of("container==first", "container==fir*", "role==web")) {
      assertThat(hostOf(create("-e", "affinity:" + hint))).isEqualTo(host);
    }
    assertThat(hostOf(create("-e", "affinity:container!=first"))).isNotEqualTo(host);
    assertThat(hostOf(create("-e", "affinity:role!=web"))).isNotEqualTo(host);
  }

  @Test
  void an_affinity_sees_a_container_by_its_id_and_by_its_new_name() {
    String id = create("--name", "before", "-e", "constraint:zone==c");
    String host = hostOf(id);
    assertThat(hostOf(create("-e", "affinity:container==" + id.substring(0, 12)))).isEqualTo(host);
    docker.ok("rename", "before", "after");
    assertThat(hostOf(create("-e", "affinity:container==after"))).isEqualTo(host);
    assertThat(docker.run("create", "-e", "affinity:container==before", "busybox").exit())
        .isNotZero();
  }

  @Test
  void anti_affinity_to_a_label_fills_every_host_once_and_then_says_so() {
    String[] words = {"--label", "group=g", "-e", "affinity:group!=g"};
    Set<String> hosts = new HashSet<>();
    for (int i = 0; i < 3; i++) {
      hosts.add(hostOf(create(words)));
    }
    assertThat(hosts).hasSize(3);
    assertThat(
            docker.run("create", "--label", "group=g", "-e", "affinity:group!=g", "busybox").err())
        .contains("Unable to find a node", "[group!=g]", "affinity removed 3");
  }

  @Test
  void another_tenants_containers_attract_and_repel_nobody() {
    Docker other = Fleet.shared().tenant("placement-other");
    other.ok("create", "--name", "bait", "--label", "role=bait", "busybox");
    assertThat(docker.run("create", "-e", "affinity:container==bait", "busybox").exit())
        .isNotZero();
    assertThat(docker.run("create", "-e", "affinity:role==bait", "busybox").exit()).isNotZero();
    create("-e", "affinity:container!=bait");
    other.remove("bait");
  }

  @Test
  void an_affinity_to_an_image_sees_what_the_tenant_can_name() {
    create("-e", "affinity:image==busybox");
    assertThat(docker.run("create", "-e", "affinity:image==nobodys", "busybox").exit()).isNotZero();
  }

  @Test
  void binpack_fills_one_host_while_spread_uses_all() {
    Set<String> packed = new HashSet<>();
    Set<String> spread = new HashSet<>();
    for (int i = 0; i < 3; i++) {
      packed.add(hostOf(create("-m", "16m", "--label", "berth.strategy=binpack")));
    }
    assertThat(packed).hasSize(1);
    removeAll();
    for (int i = 0; i < 3; i++) {
      spread.add(hostOf(create("-m", "16m", "--label", "berth.strategy=spread")));
    }
    assertThat(spread).hasSize(3);
  }

  @Test
  void containers_of_a_group_are_spread_over_the_zones_whatever_the_strategy() {
    Set<String> hosts = new HashSet<>();
    for (int i = 1; i <= 3; i++) {
      hosts.add(
          hostOf(
              create(
                  "--name",
                  "shop-" + i,
                  "--label",
                  "berth.spread=zone",
                  "--label",
                  "berth.strategy=binpack")));
    }
    assertThat(hosts).hasSize(3);
    assertThat(
            docker
                .run(
                    "create",
                    "--label",
                    "berth.spread=floor",
                    "--label",
                    "berth.strategy=binpack",
                    "busybox")
                .err())
        .contains("floor");
  }

  @Test
  void a_container_of_a_group_that_leaves_its_host_goes_where_the_group_has_fewest() {
    String left = host("a");
    create("--name", "group-2", "-m", "64m", "-e", "constraint:zone==b");
    create(
        "--name",
        "group-1",
        "-m",
        "16m",
        "-e",
        "constraint:zone==~a",
        "--label",
        "berth.spread=zone",
        "--label",
        "berth.strategy=binpack");
    assertThat(hostOf("group-1")).isEqualTo(left);
    Fleet.shared().berth("host", "drain", left, "--timeout", "2m");
    String now = hostOf("group-1");
    Fleet.shared().berth("host", "uncordon", left).ok();
    assertThat(now).isEqualTo(host("c"));
  }

  @Test
  void a_whitelist_can_be_given_as_a_label_and_a_balanced_fleet_be_asked_for() {
    String wanted = host("b");
    assertThat(
            hostOf(
                create(
                    "--label",
                    "berth.whitelist=node==" + wanted,
                    "--label",
                    "berth.strategy=balanced")))
        .isEqualTo(wanted);
  }

  @ParameterizedTest
  @ValueSource(strings = {"constraint:zone", "constraint:zone=a", "constraint:==a", "affinity:x=="})
  void what_cannot_be_read_is_refused_and_leaves_nothing(String hint) {
    Outcome outcome = docker.run("create", "--name", "left", "-e", hint, "busybox");
    assertThat(outcome.exit()).isNotZero();
    assertThat(outcome.err()).contains("is invalid");
    assertThat(docker.run("ps", "-aq").ok().lines()).isEmpty();
    create("--name", "left");
  }

  @Test
  void explain_tells_of_each_host_what_a_docker_run_line_would_meet_and_makes_nothing() {
    String chosen = host("b");
    Outcome outcome =
        Fleet.shared()
            .berth(
                "explain",
                "--tenant",
                "placement",
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
    assertThat(hostOf(create("-m", "64m", "-e", "constraint:zone==b"))).isEqualTo(chosen);
  }

  @Test
  void explain_says_why_nothing_fits_as_its_user_would_be_told() {
    Outcome outcome =
        Fleet.shared()
            .berth("explain", "--tenant", "placement", "--", "run", "-m", "900g", "busybox")
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

  private static Outcome explain(String tenant, String line) {
    List<String> words = new java.util.ArrayList<>(List.of("explain", "--tenant", tenant, "--"));
    words.addAll(List.of(line.split(" ")));
    return Fleet.shared().berth(words.toArray(String[]::new));
  }

  @Test
  void explain_counts_a_named_container_with_its_group() {
    String full = host("a");
    create("--name", "team-1", "-m", "16m", "-e", "constraint:zone==a");
    create("--name", "one", "-m", "64m", "-e", "constraint:zone==b");
    create("--name", "two", "-m", "64m", "-e", "constraint:zone==c");
    String line = "run --name team-2 -m 16m --label berth.spread=zone busybox";
    assertThat(explain("placement", line).ok().lines())
        .anyMatch(row -> row.matches(full + "\\s+spread\\s.*1 of the group already.*"))
        .anyMatch(row -> row.matches(".*\\schosen\\s.*"));
    assertThat(hostOf(create("--name", "team-2", "-m", "16m", "--label", "berth.spread=zone")))
        .isNotEqualTo(full);
  }

  @Test
  void explain_says_what_create_would_of_a_platform_a_name_and_an_image() {
    create("--name", "taken");
    String other = System.getProperty("os.arch").equals("amd64") ? "linux/arm64" : "linux/amd64";
    assertThat(explain("placement", "run --platform " + other + " busybox").ok().out())
        .contains("[platform " + other + "]", "platform removed 3");
    assertThat(explain("placement", "run --platform amiga busybox").exits(1).err())
        .contains("unknown operating system or architecture");
    assertThat(explain("placement", "run --name taken busybox").ok().out())
        .contains("The container name \"/taken\" is already in use by container")
        .doesNotContain("chosen");
    assertThat(explain("placement", "run nobodys").exits(1).err())
        .contains("No such image: nobodys:latest");
  }

  @Test
  void explain_counts_open_ports_and_new_volumes_as_create_does() {
    Docker bounded = Fleet.shared().tenant("placement-bounded");
    Fleet.shared()
        .berth("tenant", "update", "placement-bounded", "--quota", "ports=1,volumes=1")
        .ok();
    bounded.ok("create", "--name", "one", "-p", "80", "-v", "data:/data", "busybox");
    try {
      for (String options : List.of("-p 81", "-P --expose 81", "-v more:/data")) {
        Outcome explained = explain("placement-bounded", "run " + options + " busybox").ok();
        List<String> words = new java.util.ArrayList<>(List.of("create"));
        words.addAll(List.of(options.split(" ")));
        words.add("busybox");
        assertThat(bounded.run(words.toArray(String[]::new)).exits(1).err())
            .contains(explained.lines().getLast());
        assertThat(explained.lines().getLast()).startsWith("quota exceeded: of ");
        assertThat(explained.out()).doesNotContain("chosen");
      }
      assertThat(explain("placement-bounded", "run busybox").ok().out()).contains("chosen");
    } finally {
      bounded.remove("one");
      bounded.ok("volume", "rm", "data");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "run --privileged busybox, Privileged is not allowed",
    "run --nonsense busybox, unknown flag",
    "run, the docker CLI asked for no container",
  })
  void explain_refuses_what_could_not_be_made_anyhow(String line, String message) {
    List<String> words =
        new java.util.ArrayList<>(List.of("explain", "--tenant", "placement", "--", "docker"));
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
                "{\"tenant\":\"placement\",\"create\":{\"Image\":\"busybox\"}}");
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.text()).doesNotContain("lab-h");
  }

  @Test
  void a_constraint_of_a_build_is_kept(@org.junit.jupiter.api.io.TempDir java.nio.file.Path files)
      throws java.io.IOException {
    java.nio.file.Files.writeString(files.resolve("Dockerfile"), "FROM busybox\nRUN true\n");
    String wanted = host("b");
    docker.ok(
        "build",
        "-t",
        "placed",
        "--build-arg",
        "constraint:zone==b",
        "--no-cache",
        files.toString());
    String id = docker.ok("images", "-q", "--no-trunc", "placed");
    List<String> having = new java.util.ArrayList<>();
    for (int index = 0; index < 3; index++) {
      if (Fleet.shared().engine(index).run("image", "inspect", id).exit() == 0) {
        having.add(Fleet.shared().hosts().get(index).name());
      }
    }
    docker.ok("rmi", "placed");
    assertThat(having).containsExactly(wanted);
  }
}

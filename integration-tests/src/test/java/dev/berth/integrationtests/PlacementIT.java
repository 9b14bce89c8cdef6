package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.lab.LabHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each form of a hint, with the docker CLI, on three hosts that are the zones a, b and c. */
final class PlacementIT {
  private final PlacedTenant tenant = new PlacedTenant(Fleet.shared().tenant("placement"));
  private final Docker docker = tenant.docker();

  @AfterEach
  void removeAll() {
    tenant.removeAll();
  }

  private String create(String... options) {
    return tenant.create(options);
  }

  private String hostOf(String container) {
    return tenant.hostOf(container);
  }

  private String host(String zone) {
    return tenant.host(zone);
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
    "-e,constraint:node==NAME",
    "-e,constraint:node==ID",
    "-e,constraint:node==*NUMBER",
    "-e,constraint:node==/NUMBER$/",
    "-e,whitelist:node==NAME",
    "-e,whitelist:node==nowhere|ID",
    "--label,berth.whitelist=node==NAME",
    "--label,com.docker.swarm.whitelists=[\"node==NAME\"]",
  })
  void what_a_host_must_be_is_kept_in_any_of_its_forms(String option, String form) {
    String wanted = host("b");
    String hint =
        form.replace("NAME", wanted)
            .replace("ID", tenant.hostId("b"))
            .replace("NUMBER", wanted.substring(wanted.length() - 1));
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

  @ParameterizedTest
  @CsvSource({
    "storagedriver,{{.Driver}}",
    "kernelversion,{{.KernelVersion}}",
    "operatingsystem,{{.OperatingSystem}}",
    "ostype,{{.OSType}}",
    "architecture,{{.Architecture}}",
  })
  void what_an_engine_says_of_its_host_can_be_asked_for(String key, String field) {
    String value = Fleet.shared().engine(0).ok("info", "-f", field);
    create("-e", "constraint:%s==%s".formatted(key, value));
    for (String other : List.of("!=" + value, "==other")) {
      assertThat(docker.run("create", "-e", "constraint:" + key + other, "busybox").err())
          .contains("Unable to find a node that satisfies the following conditions", key + other);
    }
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

  @ParameterizedTest
  @CsvSource({
    "-e,affinity:container==/^fir.t$/",
    "-e,affinity:role==/^w/",
    "-e,affinity:container==~first",
    "-e,affinity:role==~web",
    "--label,berth.affinity=container==first",
    "--label,berth.affinity=[\"role==web\"]",
    "--label,com.docker.swarm.affinities=[\"container==first\"]",
  })
  void an_affinity_in_any_of_its_forms_outweighs_emptier_hosts(String option, String hint) {
    create("--name", "first", "--label", "role=web", "-e", "constraint:zone==b");
    assertThat(hostOf(create(option, hint))).isEqualTo(hostOf("first"));
  }

  @ParameterizedTest
  @CsvSource({
    "-e,affinity:container!=/^fir.t$/",
    "-e,affinity:container!=~first",
    "-e,affinity:role!=~web",
    "--label,berth.affinity=container!=first",
    "--label,com.docker.swarm.affinities=[\"role!=web\"]",
  })
  void what_is_to_be_avoided_in_any_form_keeps_off_the_emptiest_host(String option, String hint) {
    create("--name", "first", "--label", "role=web", "-e", "constraint:zone==b");
    for (int i = 0; i < 2; i++) {
      create("-e", "constraint:zone==a");
      create("-e", "constraint:zone==c");
    }
    assertThat(hostOf(create(option, hint))).isNotEqualTo(hostOf("first"));
  }

  @Test
  void a_soft_affinity_is_dropped_where_nothing_else_is_left() {
    create("--name", "first", "-e", "constraint:zone==b");
    create("-e", "affinity:container==~nobody");
    String id = create("-e", "constraint:zone==b", "--label", "berth.affinity=container!=~first");
    assertThat(hostOf(id)).isEqualTo(hostOf("first"));
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
  void an_affinity_to_an_image_goes_to_the_host_that_has_it_and_its_opposite_elsewhere(
      @TempDir Path files) throws IOException {
    String having = host("b");
    Docker engine = Fleet.shared().engine(indexOf(having));
    // So much of nothing is an archive without files.
    Path empty = Files.write(files.resolve("empty.tar"), new byte[1024]);
    engine.ok("import", empty.toString(), "only-here:1");
    try {
      Eventually.get(
          () -> docker.ok("images", "-q", "only-here"), images -> images.lines().count() == 1);
      for (String value : List.of("only-here", "only-here:1", "/^only-/", "~only-here")) {
        create("-e", "constraint:zone==b");
        assertThat(hostOf(create("-e", "affinity:image==" + value))).isEqualTo(having);
      }
      removeAll();
      create("-e", "constraint:zone==a");
      create("-e", "constraint:zone==c");
      for (String value : List.of("only-here", "~only-here")) {
        assertThat(hostOf(create("-e", "affinity:image!=" + value))).isNotEqualTo(having);
      }
      assertThat(docker.run("create", "-e", "affinity:image!=busybox", "busybox").err())
          .contains("Unable to find a node", "image!=busybox");
    } finally {
      engine.ok("rmi", "only-here:1");
    }
  }

  @Test
  void an_affinity_to_an_image_that_the_tenant_cannot_name_holds_nowhere() {
    assertThat(docker.run("create", "-e", "affinity:image==nobodys", "busybox").exit()).isNotZero();
  }

  private static int indexOf(String host) {
    return Fleet.shared().hosts().stream().map(LabHost::name).toList().indexOf(host);
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
  void random_takes_full_and_empty_hosts_alike() {
    String full = host("a");
    long memory = Long.parseLong(Fleet.shared().engine(0).ok("info", "-f", "{{.MemTotal}}"));
    create("-m", memory / 4 + "b", "-e", "constraint:zone==a");
    // Spread would never take the full one, and binpack no other.
    Set<Boolean> isFull = new HashSet<>();
    for (int i = 0; i < 40 && isFull.size() < 2; i++) {
      isFull.add(hostOf(create("-m", "8m", "--label", "berth.strategy=random")).equals(full));
    }
    assertThat(isFull).containsExactlyInAnyOrder(true, false);
  }

  @Test
  void a_group_that_may_differ_by_two_is_packed_by_two() {
    List<String> hosts = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      hosts.add(
          hostOf(
              create(
                  "--name",
                  "pair-" + i,
                  "-m",
                  "16m",
                  "--label",
                  "berth.spread=zone,maxskew=2",
                  "--label",
                  "berth.strategy=binpack")));
    }
    String first = hosts.get(0);
    String second = hosts.get(2);
    assertThat(hosts.subList(0, 4)).containsExactly(first, first, second, second);
    assertThat(hosts.get(4)).isNotIn(first, second);
    assertThat(second).isNotEqualTo(first);
  }

  @Test
  void classic_swarms_label_of_a_policy_keeps_a_container_on_its_host() {
    String host = host("b");
    create(
        "--name",
        "stays",
        "-e",
        "constraint:zone==~b",
        "--label",
        "com.docker.swarm.reschedule-policies=[\"off\"]");
    create("--name", "goes", "-e", "constraint:zone==~b");
    assertThat(Fleet.shared().berth("host", "drain", host, "--dry-run").out())
        .containsPattern("placement +goes +yes")
        .containsPattern("placement +stays +no .*reschedule off");
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

  @ParameterizedTest
  @ValueSource(
      strings = {"constraint:zone==b", "affinity:container==first", "affinity:container!=~other-*"})
  void a_hint_of_a_build_is_kept(String hint, @TempDir Path files) throws IOException {
    Files.writeString(files.resolve("Dockerfile"), "FROM busybox\nRUN true\n");
    String wanted = host("b");
    create("--name", "first", "-e", "constraint:zone==b");
    create("--name", "second", "-e", "constraint:zone==b");
    create("--name", "other-1", "-e", "constraint:zone==a");
    create("--name", "other-2", "-e", "constraint:zone==c");
    docker.ok("build", "-t", "placed", "--build-arg", hint, "--no-cache", files.toString());
    String id = docker.ok("images", "-q", "--no-trunc", "placed");
    List<String> having = new ArrayList<>();
    for (int index = 0; index < 3; index++) {
      if (Fleet.shared().engine(index).run("image", "inspect", id).exit() == 0) {
        having.add(Fleet.shared().hosts().get(index).name());
      }
    }
    docker.ok("rmi", "placed");
    assertThat(having).containsExactly(wanted);
  }
}

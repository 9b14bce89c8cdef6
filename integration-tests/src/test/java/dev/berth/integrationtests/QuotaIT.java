package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.common.resource.Bytes;
import dev.berth.common.resource.NanoCpus;
import dev.berth.lab.LabHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a tenant may have, with the docker CLI and the operator's. */
final class QuotaIT {
  private static final String CREATE = "{\"Image\":\"busybox\",\"Cmd\":[\"true\"]}";

  private final Fleet fleet = Fleet.shared();

  private Docker tenant(String name, String quota) {
    Docker docker = fleet.tenant(name);
    fleet.berth("tenant", "update", name, "--quota", quota).ok();
    return docker;
  }

  private static void empty(Docker docker) {
    List<String> names = docker.run("ps", "-aq").ok().lines();
    if (!names.isEmpty()) {
      docker.remove(names.toArray(String[]::new));
    }
  }

  @Test
  void a_thousand_creates_at_once_make_exactly_what_the_quota_lets() throws Exception {
    Docker docker = tenant("crowd", "containers=100");
    Api api = Api.as(docker);
    Map<Integer, Integer> statuses = new ConcurrentHashMap<>();
    try (ExecutorService clients = Executors.newFixedThreadPool(64)) {
      for (int i = 0; i < 1000; i++) {
        clients.execute(
            () ->
                statuses.merge(
                    api.send("POST", "/containers/create", CREATE).status(), 1, Integer::sum));
      }
      clients.shutdown();
      assertThat(clients.awaitTermination(3, TimeUnit.MINUTES)).isTrue();
    }
    int made = docker.run("ps", "-aq").ok().lines().size();
    // Before anything is asserted: what is left would be in the way of other tests.
    empty(docker);
    assertThat(statuses).isEqualTo(Map.of(201, 100, 403, 900));
    assertThat(made).isEqualTo(100);
    assertThat(api.send("POST", "/containers/create", CREATE).status()).isEqualTo(201);
    empty(docker);
  }

  @Test
  void a_limit_is_told_and_what_is_removed_can_be_had_again() {
    Docker docker = tenant("small", "containers=2,memory=128m,cpus=1");
    docker.ok("create", "--name", "aa", "-m", "64m", "--cpus", "0.5", "busybox");
    docker.ok("create", "--name", "bb", "-m", "64m", "--cpus", "0.5", "busybox");
    assertThat(docker.run("create", "-m", "16m", "--cpus", "0.1", "busybox").err())
        .contains(
            "quota exceeded: of containers this tenant may have 2, has 2, and this asks for 1");
    docker.ok("rm", "bb");
    assertThat(docker.run("create", "-m", "65m", "--cpus", "0.1", "busybox").err())
        .contains("of memory this tenant may have 128MiB, has 64MiB, and this asks for 65MiB");
    assertThat(docker.run("create", "-m", "16m", "--cpus", "0.6", "busybox").err())
        .contains("of cpus this tenant may have 1 CPU, has 0.5 CPUs, and this asks for 0.6 CPUs");
    docker.ok("create", "--name", "bb", "-m", "64m", "--cpus", "0.5", "busybox");
    empty(docker);
  }

  @Test
  void what_gives_no_limit_is_counted_and_bounded_by_its_flavor() {
    Docker docker = tenant("unbounded", "memory=1g,cpus=1");
    String id = docker.ok("create", "busybox");
    assertThat(docker.ok("inspect", "-f", "{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}}", id))
        .isEqualTo("536870912 500000000");
    docker.ok("create", "busybox");
    assertThat(docker.run("create", "busybox").err()).contains("quota exceeded");
    empty(docker);
  }

  @Test
  void an_update_is_counted_before_it_is_made() {
    Docker docker = tenant("growing", "memory=128m");
    docker.ok("create", "--name", "aa", "-m", "64m", "busybox");
    docker.ok("create", "--name", "bb", "-m", "32m", "busybox");
    assertThat(docker.run("update", "-m", "100m", "--memory-swap", "200m", "aa").err())
        .contains("quota exceeded");
    assertThat(docker.ok("inspect", "-f", "{{.HostConfig.Memory}}", "aa")).isEqualTo("67108864");
    docker.ok("update", "-m", "96m", "--memory-swap", "192m", "aa");
    assertThat(docker.run("create", "-m", "4m", "busybox").err()).contains("quota exceeded");
    docker.ok("update", "-m", "48m", "aa");
    docker.ok("create", "-m", "48m", "busybox");
    empty(docker);
  }

  @Test
  void updates_at_once_leave_counted_what_the_container_has() throws Exception {
    Docker docker = tenant("hasty", "memory=256m,cpus=2");
    docker.ok("create", "--name", "aa", "-m", "64m", "--cpus", "0.5", "busybox");
    Api api = Api.as(docker);
    Map<Integer, Integer> statuses = new ConcurrentHashMap<>();
    try (ExecutorService clients = Executors.newFixedThreadPool(8)) {
      for (int i = 0; i < 32; i++) {
        long more = (long) (32 + i) << 20;
        String body =
            i % 2 == 0
                ? "{\"Memory\":%d,\"MemorySwap\":%d}".formatted(more, more)
                : "{\"NanoCpus\":%d}".formatted(100_000_000L + i * 10_000_000L);
        clients.execute(
            () ->
                statuses.merge(
                    api.send("POST", "/containers/aa/update", body).status(), 1, Integer::sum));
      }
      clients.shutdown();
      assertThat(clients.awaitTermination(2, TimeUnit.MINUTES)).isTrue();
    }
    long memory = Long.parseLong(docker.ok("inspect", "-f", "{{.HostConfig.Memory}}", "aa"));
    long cpus = Long.parseLong(docker.ok("inspect", "-f", "{{.HostConfig.NanoCpus}}", "aa"));
    String ofMemory = docker.run("create", "-m", "1g", "--cpus", "0.1", "busybox").err();
    String ofCpus = docker.run("create", "-m", "16m", "--cpus", "3", "busybox").err();
    empty(docker);
    assertThat(statuses).isEqualTo(Map.of(200, 32));
    assertThat(ofMemory).contains("has %s, and this asks".formatted(new Bytes(memory)));
    assertThat(ofCpus).contains("has %s, and this asks".formatted(new NanoCpus(cpus)));
  }

  @Test
  void no_word_for_no_bound_lifts_the_bound_of_a_quota() {
    Docker docker = tenant("unlimited", "cpus=1");
    String id = docker.ok("create", "--cpu-quota", "-1", "busybox");
    assertThat(docker.ok("inspect", "-f", "{{.HostConfig.NanoCpus}} {{.HostConfig.CpuQuota}}", id))
        .isEqualTo("500000000 0");
    assertThat(docker.run("update", "--cpu-quota", "-1", id).err())
        .contains("CpuQuota is not allowed: a bound of CPU cannot be taken away");
    assertThat(docker.run("create", "--cpus", "0.000001", "busybox").err())
        .contains("NanoCpus is not allowed");
    empty(docker);
  }

  /** The directory of a tenant's control group, in the hierarchy of a controller or in the one. */
  private Path group(LabHost host, String controller, String tenant) {
    Path root = Path.of("/sys/fs/cgroup");
    Path hierarchy =
        Files.exists(root.resolve("cgroup.controllers")) ? root : root.resolve(controller);
    return hierarchy.resolve(host.tenantGroups().substring(1)).resolve(tenant);
  }

  private LabHost hostWithGroup(String tenant) {
    return fleet.hosts().stream()
        .filter(host -> Files.exists(group(host, "pids", tenant)))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void the_kernel_holds_what_all_containers_of_a_tenant_have_on_a_host() throws Exception {
    Docker docker = tenant("held", "memory=256m");
    String id = docker.ok("run", "-d", "-m", "64m", "busybox", "sleep", "1000");
    LabHost host = hostWithGroup("held");
    Path memory = group(host, "memory", "held");
    assertThat(memory.resolve(id)).isDirectory();
    Path limit =
        Files.exists(memory.resolve("memory.max"))
            ? memory.resolve("memory.max")
            : memory.resolve("memory.limit_in_bytes");
    assertThat(limit).hasContent("268435456");
    Path pids = group(host, "pids", "held");
    assertThat(pids.resolve("pids.max")).hasContent("16384");
    assertThat(pids.resolve("pids.current")).hasContent("1");
    assertThat(docker.ok("inspect", "-f", "<{{.HostConfig.CgroupParent}}>", id)).isEqualTo("<>");
    fleet.berth("tenant", "update", "held", "--quota", "memory=512m").ok();
    docker.ok("restart", "-t", "0", id);
    assertThat(limit).hasContent("536870912");
    empty(docker);
  }

  @Test
  void what_a_build_runs_is_in_its_tenants_group(@TempDir Path context) throws Exception {
    Docker docker = fleet.tenant("builders");
    Files.writeString(context.resolve("Dockerfile"), "FROM busybox\nRUN cat /proc/self/cgroup\n");
    String log = docker.run("build", "--no-cache", context.toString()).ok().out();
    LabHost host = hostWithGroup("builders");
    if (log.contains("pids:")) {
      assertThat(log).contains("pids:" + host.tenantGroups() + "/builders/");
    }
  }

  @Test
  void an_update_to_more_than_the_host_has_is_refused_and_changes_nothing() {
    Docker docker = fleet.tenant("greedy");
    docker.ok("create", "--name", "aa", "-m", "64m", "busybox");
    assertThat(docker.run("update", "-m", "900t", "--memory-swap", "900t", "aa").err())
        .contains("no resources available");
    assertThat(docker.ok("inspect", "-f", "{{.HostConfig.Memory}}", "aa")).isEqualTo("67108864");
    empty(docker);
  }

  @ParameterizedTest
  @CsvSource({"volumes, volume", "networks, network"})
  void volumes_and_networks_are_counted_and_given_back(String quantity, String kind) {
    Docker docker = tenant("counted-" + quantity, quantity + "=2");
    docker.ok(kind, "create", "one");
    docker.ok(kind, "create", "two");
    assertThat(docker.run(kind, "create", "three").err())
        .contains("quota exceeded: of %s this tenant may have 2, has 2".formatted(quantity));
    docker.ok(kind, "rm", "one");
    docker.ok(kind, "create", "three");
    docker.ok(kind, "rm", "two", "three");
  }

  @Test
  void a_container_whose_volume_would_be_one_too_many_is_not_made() {
    Docker docker = tenant("no-volume", "volumes=0");
    Outcome outcome = docker.run("create", "--name", "xx", "-v", "data:/data", "busybox");
    assertThat(outcome.err()).contains("quota exceeded: of volumes");
    assertThat(docker.run("ps", "-aq").ok().lines()).isEmpty();
    assertThat(docker.run("volume", "ls", "-q").ok().lines()).isEmpty();
    docker.ok("create", "--name", "xx", "busybox");
    empty(docker);
  }

  @Test
  void published_ports_are_counted() {
    Docker docker = tenant("ports", "ports=1");
    docker.ok("create", "-p", "80", "busybox");
    assertThat(docker.run("create", "-p", "80", "busybox").err())
        .contains("quota exceeded: of ports");
    docker.ok("create", "busybox");
    empty(docker);
  }

  @Test
  void images_are_made_while_there_is_room_for_any(@TempDir Path files) throws Exception {
    Docker docker = tenant("images", "image-bytes=1");
    Files.writeString(files.resolve("Dockerfile"), "FROM busybox\nRUN echo more > /more\n");
    docker.ok("build", "-t", "first", files.toString());
    assertThat(docker.run("build", "-t", "second", files.toString()).err())
        .contains("quota exceeded: of image-bytes this tenant may have 1B");
    docker.ok("rmi", "first");
    docker.ok("build", "-t", "second", files.toString());
    docker.ok("rmi", "second");
  }

  @Test
  void builds_at_once_are_counted(@TempDir Path files) throws Exception {
    Docker docker = tenant("builders", "builds=0");
    Files.writeString(files.resolve("Dockerfile"), "FROM busybox\n");
    assertThat(docker.run("build", files.toString()).err()).contains("quota exceeded: of builds");
    fleet.berth("tenant", "update", "builders", "--quota", "builds=1").ok();
    docker.ok("build", "-t", "one", files.toString());
    docker.ok("build", "-t", "two", files.toString());
  }

  @Test
  void a_tenant_sees_an_engine_as_large_as_its_quota_and_how_much_of_it_is_used() {
    Docker docker = tenant("shown", "cpus=1.5,memory=256m,containers=3");
    docker.ok("create", "-m", "64m", "--cpus", "0.5", "busybox");
    assertThat(docker.ok("info", "-f", "{{.NCPU}} {{.MemTotal}}")).isEqualTo("2 268435456");
    assertThat(docker.ok("info", "-f", "{{.Labels}}"))
        .contains(
            "berth.quota.containers=1 of 3",
            "berth.quota.cpus=0.5 CPUs of 1.5 CPUs",
            "berth.quota.memory=64MiB of 256MiB");
    assertThat(fleet.berth("tenant", "inspect", "shown").ok().text())
        .contains("\"text\":\"64MiB of 256MiB\"");
    empty(docker);
  }

  @Test
  void another_tenant_is_not_counted_and_cannot_change_a_quota() {
    Docker docker = tenant("lone", "containers=1");
    Docker other = fleet.tenant("lone-other");
    other.ok("create", "busybox");
    other.ok("create", "busybox");
    docker.ok("create", "busybox");
    Api.Answer answer =
        Api.as(other).send("PUT", "/berth/v1/tenants/lone", "{\"quota\":{\"containers\":\"9\"}}");
    assertThat(answer.status()).isEqualTo(403);
    assertThat(docker.run("create", "busybox").err()).contains("quota exceeded");
    empty(docker);
    empty(other);
  }

  @ParameterizedTest
  @CsvSource({
    "--quota, ram=4g, there is no quota of ram",
    "--quota, memory=lots, invalid amount of memory",
    "--quota, containers=-1, invalid amount of containers",
    "--quota, containers, write a quota as NAME=AMOUNT",
    "--flavor, huge, there is no flavor huge",
    "--strategy, best, strategy \"best\" is invalid",
  })
  void what_is_no_quota_flavor_or_strategy_is_refused_with_what_there_is(
      String option, String value, String message) {
    fleet.tenant("plain");
    Outcome outcome = fleet.berth("tenant", "update", "plain", option, value);
    assertThat(outcome.exit()).isNotZero();
    assertThat(outcome.err()).contains(message);
  }

  @Test
  void a_limit_goes_with_none_and_a_tenant_has_its_own_strategy() {
    Docker docker = tenant("freed", "containers=0");
    assertThat(docker.run("create", "busybox").exit()).isNotZero();
    fleet
        .berth("tenant", "update", "freed", "--quota", "containers=none", "--strategy", "binpack")
        .ok();
    for (int i = 0; i < 3; i++) {
      docker.ok("create", "-m", "16m", "busybox");
    }
    List<String> hosts =
        docker.run("ps", "-aq").ok().lines().stream()
            .map(id -> docker.ok("inspect", "-f", "{{.Node.Name}}", id))
            .distinct()
            .toList();
    assertThat(hosts).hasSize(1);
    empty(docker);
  }

  @Test
  void gpus_are_counted_placed_where_there_are_some_and_each_is_one_container_s() {
    List<String> hosts = fleet.hosts().stream().map(LabHost::name).toList();
    Docker docker = tenant("renderers", "gpus=3");
    fleet.berth("host", "label", hosts.get(1), "berth.resources=gpu=2").ok();
    fleet.berth("host", "label", hosts.get(2), "berth.resources=gpu=1").ok();
    try {
      docker.ok(
          "create",
          "--name",
          "one",
          "--gpus",
          "1",
          "-e",
          "constraint:node==" + hosts.get(1),
          "busybox");
      docker.ok(
          "create",
          "--name",
          "two",
          "--gpus",
          "1",
          "-e",
          "constraint:node==" + hosts.get(1),
          "busybox");
      assertThat(gpus(docker, "one")).isNotEqualTo(gpus(docker, "two")).matches("\\[[01]]");
      assertThat(gpus(docker, "two")).matches("\\[[01]]");
      assertThat(docker.run("create", "--gpus", "2", "busybox").exits(1).err())
          .contains("of gpus this tenant may have 3, has 2, and this asks for 2");
      docker.ok("create", "--name", "three", "--gpus", "1", "busybox");
      assertThat(docker.ok("inspect", "-f", "{{.Node.Name}}", "three")).isEqualTo(hosts.get(2));
      docker.ok("rm", "two");
      fleet.berth("tenant", "update", "renderers", "--quota", "gpus=9").ok();
      assertThat(docker.run("create", "--gpus", "2", "busybox").exits(1).err())
          .contains("no resources available");
      docker.ok("rm", "one");
      docker.ok("create", "--name", "both", "--gpus", "2", "busybox");
      assertThat(gpus(docker, "both")).isEqualTo("[0 1]");
      assertThat(fleet.berth("tenant", "inspect", "renderers").ok().out()).contains("\"gpus\":3");
      assertThat(fleet.tenant("without").run("create", "--gpus", "1", "busybox").exits(1).err())
          .contains("this tenant has no quota of GPUs; ask an operator for one");
      assertThat(docker.run("create", "--gpus", "all", "busybox").exits(1).err())
          .contains("say how many GPUs");
      assertThat(
              fleet.berth("host", "label", hosts.get(0), "berth.resources=fpga=1").exits(1).err())
          .contains("use gpu, disk, pids, and devices by their paths or CDI names");
    } finally {
      hosts.forEach(host -> fleet.berth("host", "label", host, "berth.resources-").ok());
      empty(docker);
    }
  }

  @Test
  void processes_are_reserved_where_a_host_says_how_many_it_bears_and_counted_for_the_tenant() {
    List<String> hosts = fleet.hosts().stream().map(LabHost::name).toList();
    Docker docker = tenant("forkers", "pids=950");
    hosts.forEach(host -> fleet.berth("host", "label", host, "berth.resources=pids=400").ok());
    try {
      docker.ok("create", "--name", "one", "--pids-limit", "300", "busybox");
      assertThat(docker.run("create", "--pids-limit", "800", "busybox").exits(1).err())
          .contains("of pids this tenant may have 950, has 300, and this asks for 800");
      assertThat(docker.run("create", "--pids-limit", "500", "busybox").exits(1).err())
          .contains("no resources available");
      docker.ok("create", "--name", "two", "--pids-limit", "300", "busybox");
      docker.ok("create", "--name", "three", "--pids-limit", "300", "busybox");
      assertThat(
              List.of("one", "two", "three").stream()
                  .map(name -> docker.ok("inspect", "-f", "{{.Node.Name}}", name)))
          .doesNotHaveDuplicates();
      assertThat(docker.run("update", "--pids-limit", "401", "one").exits(1).err())
          .contains("the container's host has no room for it to grow to 401 of pids");
      assertThat(docker.run("update", "--pids-limit", "400", "one").exits(1).err())
          .contains("of pids this tenant may have 950, has 600, and this asks for 400");
      docker.ok("update", "--pids-limit", "100", "one");
      docker.ok("create", "--pids-limit", "250", "busybox");
      assertThat(fleet.berth("tenant", "inspect", "forkers").ok().out()).contains("\"pids\":950");
    } finally {
      hosts.forEach(host -> fleet.berth("host", "label", host, "berth.resources-").ok());
      empty(docker);
    }
  }

  @Test
  void what_a_container_reserves_of_memory_counts_where_it_has_no_limit() {
    Docker docker = fleet.tenant("reservers");
    docker.ok("create", "--memory-reservation", "48m", "busybox");
    docker.ok("create", "-m", "64m", "--memory-reservation", "48m", "busybox");
    assertThat(fleet.berth("tenant", "inspect", "reservers").ok().out())
        .contains("\"memory\":" + (112L << 20));
    empty(docker);
  }

  private static String gpus(Docker docker, String container) {
    return docker.ok(
        "inspect", "-f", "{{(index .HostConfig.DeviceRequests 0).DeviceIDs}}", container);
  }

  @Test
  void a_tenant_whose_volumes_hold_too_much_makes_no_more_until_there_is_room() {
    Docker docker = tenant("hoarders", "volume-bytes=1m");
    docker.ok("volume", "create", "full");
    docker.ok(
        "run",
        "--rm",
        "-v",
        "full:/d",
        "busybox",
        "dd",
        "if=/dev/zero",
        "of=/d/x",
        "bs=1M",
        "count=2");
    try {
      // What was measured before is good for a while.
      Outcome refused =
          Eventually.get(
              Duration.ofSeconds(90),
              () -> docker.run("volume", "create", "more"),
              outcome -> outcome.exit() != 0);
      assertThat(refused.err())
          .contains("quota exceeded: of volume-bytes this tenant may have 1MiB and has 2MiB")
          .contains("remove volumes, or what is in them, or ask an operator for more");
      assertThat(docker.run("create", "-v", "full:/d", "busybox").exits(1).err())
          .contains("of volume-bytes");
      assertThat(docker.run("create", "-v", "/anonymous", "busybox").exits(1).err())
          .contains("of volume-bytes");
      docker.ok("create", "--name", "without", "busybox");
      assertThat(docker.ok("info", "-f", "{{.Labels}}"))
          .contains("berth.quota.volume-bytes=2MiB of 1MiB");
      Api.Answer own = Api.as(docker).send("GET", "/berth/v1/quota", "");
      assertThat(own.text()).contains("\"hoarders\"", "2MiB of 1MiB").doesNotContain("crowd");
      docker.remove("without");
      docker.run("volume", "rm", "more").ok();
    } finally {
      empty(docker);
      docker.run("volume", "prune", "-af");
      fleet.berth("tenant", "update", "hoarders", "--quota", "volume-bytes=none").ok();
    }
  }
}

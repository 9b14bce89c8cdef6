package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.lab.LabHost;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Devices of hosts that are declared, counted and asked for by their paths, on real engines. */
final class DevicesIT {
  private static final String DEVICE = "/dev/zero";
  private static final String DECLARED = "berth.resources=" + DEVICE + "=1";

  /** What a container that has the device prints, and runs on. */
  private static final String[] READS = {
    "busybox", "sh", "-c", "head -c 3 /dev/counted | wc -c; exec sleep 600"
  };

  private static Fleet fleet;
  private static List<String> hosts;

  private Docker docker;
  private Docker other;

  @BeforeAll
  static void start() {
    fleet = Fleet.start(3);
    hosts = fleet.hosts().stream().map(LabHost::name).toList();
    fleet
        .berth(
            "policy", "set", "devices", "--allow", "ContainerCreate:HostConfig.Devices=" + DEVICE)
        .ok();
  }

  @AfterAll
  static void stop() {
    fleet.close();
  }

  @BeforeEach
  void makeTenants() {
    docker = trusted("makers");
    other = trusted("others");
  }

  private static Docker trusted(String name) {
    Docker tenant = fleet.tenant(name);
    fleet.berth("tenant", "update", name, "--policy", "devices").ok();
    return tenant;
  }

  @AfterEach
  void clear() {
    for (String tenant : List.of("makers", "others")) {
      fleet.tenant(tenant).remove("one", "two", "three");
    }
    for (String host : hosts) {
      fleet.berth("host", "uncordon", host).ok();
      fleet.berth("host", "label", host, "berth.resources-").ok();
    }
  }

  private static void declare(int host) {
    fleet.berth("host", "label", hosts.get(host), DECLARED).ok();
  }

  private static Outcome run(Docker tenant, String name) {
    String[] words = {
      "run", "-d", "--name", name, "--stop-signal", "KILL", "--device", DEVICE + ":/dev/counted"
    };
    return tenant
        .command(Stream.of(words, READS).flatMap(Arrays::stream).toArray(String[]::new))
        .run();
  }

  private static String hostOf(Docker tenant, String name) {
    return tenant.ok("inspect", "-f", "{{.Node.Name}}", name);
  }

  @Test
  void a_container_lands_where_the_device_is_and_no_other_fits_until_it_is_removed() {
    declare(2);

    run(docker, "one").ok();

    assertThat(hostOf(docker, "one")).isEqualTo(hosts.get(2));
    Eventually.get(() -> docker.ok("logs", "one"), "3"::equals);
    for (Outcome refused : List.of(run(docker, "two"), run(other, "two"))) {
      assertThat(refused.exits(125).err())
          .contains("no resources available to schedule container")
          .contains("too little is left of /dev/zero; ask for less, or an operator for more")
          .contains("extras removed 3");
    }
    docker.ok("kill", "one");
    run(other, "two").exits(125);
    assertThat(fleet.berth("host", "inspect", hosts.get(2)).ok().out().replaceAll("\\s", ""))
        .contains("resources:{\"/dev/zero\":{\"total\":1,\"reserved\":1}}");
    assertThat(
            fleet
                .berth(
                    "explain",
                    "--tenant",
                    "others",
                    "--",
                    "docker",
                    "run",
                    "--device",
                    DEVICE,
                    "busybox")
                .out())
        .contains("1 of /dev/zero asked for, 1 of 1 reserved")
        .contains("1 of /dev/zero asked for, it declares none");
    docker.ok("rm", "one");
    run(other, "two").ok();
    assertThat(hostOf(other, "two")).isEqualTo(hosts.get(2));
  }

  @Test
  void a_device_that_no_host_declares_is_had_as_before_and_only_by_who_may() {
    run(docker, "one").ok();
    run(docker, "two").ok();
    run(other, "three").ok();

    assertThat(
            fleet.tenant("untrusted").run("create", "--device", DEVICE, "busybox").exits(1).err())
        .contains("HostConfig.Devices is not allowed: devices are the host's");
    declare(1);
    assertThat(
            fleet.tenant("untrusted").run("create", "--device", DEVICE, "busybox").exits(1).err())
        .contains("HostConfig.Devices is not allowed: devices are the host's");
  }

  @Test
  void a_tenant_may_have_as_many_devices_as_its_quota_says() {
    declare(0);
    declare(1);
    fleet.berth("tenant", "update", "makers", "--quota", "devices=1").ok();
    try {
      run(docker, "one").ok();

      assertThat(run(docker, "two").exits(125).err())
          .contains(
              "quota exceeded: of devices this tenant may have 1, has 1, and this asks for 1");
      assertThat(fleet.berth("tenant", "inspect", "makers").ok().out()).contains("\"devices\":1");
      run(other, "two").ok();
      assertThat(hostOf(other, "two")).isNotEqualTo(hostOf(docker, "one"));
    } finally {
      fleet.berth("tenant", "update", "makers", "--quota", "devices=none").ok();
    }
  }

  @Test
  void a_drained_container_goes_where_the_device_is_left_and_another_leader_counts_it() {
    declare(0);
    declare(2);
    run(docker, "one").ok();
    String from = hostOf(docker, "one");
    String to = from.equals(hosts.get(0)) ? hosts.get(2) : hosts.get(0);

    Outcome drained = fleet.berth("host", "drain", from, "--timeout", "2m");

    assertThat(hostOf(docker, "one")).describedAs(drained.out()).isEqualTo(to);
    assertThat(run(other, "two").exits(125).err()).contains("too little is left of /dev/zero");
    fleet.berth("host", "uncordon", from).ok();

    ProcessHandle manager = fleet.manager();
    manager.destroyForcibly();
    manager.onExit().join();
    fleet.up(3);

    Docker again = fleet.tenant("others");
    run(again, "two").ok();
    assertThat(hostOf(again, "two")).isEqualTo(from);
    assertThat(run(again, "three").exits(125).err()).contains("too little is left of /dev/zero");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/dev/zero | invalid amount of /dev/zero \"\": use how many containers may have it at once,"
            + " as /dev/zero=1",
        "/dev/zero=many | invalid amount of /dev/zero \"many\"",
        "/dev/zero=0 | invalid amount of /dev/zero \"0\"",
        "fpga=1 | use gpu, disk, pids, and devices by their paths or CDI names",
      })
  void what_declares_no_device_is_refused_with_what_would(String value, String message) {
    Outcome outcome = fleet.berth("host", "label", hosts.get(0), "berth.resources=" + value);

    assertThat(outcome.exits(1).err()).contains(message);
  }
}

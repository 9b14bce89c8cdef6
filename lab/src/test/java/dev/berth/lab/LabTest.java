package dev.berth.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.lab.image.LabImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LabTest {

  private Path parent;
  private Lab lab;
  private LabHost first;
  private LabHost second;

  @BeforeAll
  void start(@TempDir Path directory) {
    Machine.require();
    parent = directory;
    lab = Lab.create(parent.resolve("lab"));
    lab.start(
        2,
        LabOptions.DEFAULTS
            .withEngineLabel("zone=a")
            .withRegistryMirror("http://" + lab.gateway().getHostAddress() + ":5000"));
    first = lab.host(1);
    second = lab.host(2);
  }

  @AfterAll
  void down() {
    if (lab != null) {
      lab.down();
    }
  }

  @Test
  void every_engine_is_another_one_with_its_hosts_name_and_the_options() throws IOException {
    JsonNode one = Containers.on(first).info();
    JsonNode two = Containers.on(second).info();
    assertThat(one.path("Name").asText()).isEqualTo("lab-h1");
    assertThat(two.path("Name").asText()).isEqualTo("lab-h2");
    assertThat(one.path("ID").asText()).isNotEmpty().isNotEqualTo(two.path("ID").asText());
    assertThat(one.path("Labels").get(0).asText()).isEqualTo("zone=a");
    assertThat(one.path("RegistryConfig").path("Mirrors").get(0).asText())
        .contains(lab.gateway().getHostAddress());
  }

  @Test
  void a_container_runs_and_an_image_has_one_id_on_every_host() throws IOException {
    assertThat(Containers.on(first).run("hello", "busybox", "echo", "hello")).isEqualTo("hello");
    assertThat(Containers.on(first).imageId("busybox:latest"))
        .startsWith("sha256:")
        .isEqualTo(Containers.on(second).imageId("busybox:latest"));
  }

  @Test
  void an_added_image_has_its_own_id_and_content_on_every_host() throws IOException {
    String id =
        lab.addImage(
            LabImage.busybox()
                .as("web:1")
                .withText("/www/index.html", "page")
                .withCommand("cat", "/www/index.html"));
    String elsewhere =
        second.addImage(LabImage.busybox().as("only:here").withLabel("only", "here"));
    assertThat(Containers.on(first).imageId("web:1"))
        .isEqualTo(id)
        .isEqualTo(Containers.on(second).imageId("web:1"));
    assertThat(Containers.on(second).run("web", "web:1", "cat", "/www/index.html"))
        .isEqualTo("page");
    assertThat(Containers.on(second).imageId("only:here")).isEqualTo(elsewhere).isNotEqualTo(id);
    assertThat(Containers.on(first).imageId("only:here")).isEmpty();
  }

  @Test
  void a_power_cut_kills_containers_and_processes_and_a_start_finds_the_records()
      throws IOException {
    Containers containers = Containers.on(first);
    containers.start("victim", "busybox", List.of("sleep", "1000"));
    long container = pidOnTheMachine("sleep\0001000");
    LabProcess spawned =
        first.spawn(List.of("sleep", "2000"), Map.of(), parent.resolve("spawned.log"));
    assertThat(first.processes()).extracting(LabProcess::pid).containsExactly(spawned.pid());

    first.powerCut();

    assertThat(first.isOn()).isFalse();
    assertThat(spawned.isAlive()).isFalse();
    assertThat(Files.exists(Path.of("/proc/" + container))).isFalse();
    assertThat(reaches(second, first)).isFalse();
    assertThat(containers.engine().ping(Duration.ofSeconds(1))).isFalse();
    assertThatThrownBy(() -> first.run("true")).hasMessageContaining("lab-h1: its power is off");

    first.start();

    assertThat(containers.inspect("victim").path("State").path("Running").asBoolean()).isFalse();
    assertThat(
            containers
                .engine()
                .postJson("/containers/victim/restart?t=0", "", Duration.ofSeconds(20))
                .status())
        .isEqualTo(204);
    assertThat(reaches(second, first)).isTrue();
  }

  @Test
  void a_cut_host_is_off_the_network_until_it_is_healed() {
    assertThat(reaches(second, first)).isTrue();
    second.cut();
    assertThat(reaches(second, first)).isFalse();
    assertThat(reaches(first, second)).isFalse();
    assertThat(second.isEngineRunning()).isTrue();
    second.heal();
    assertThat(reaches(second, first)).isTrue();
    assertThat(
            second.run("busybox", "ping", "-c1", "-W2", lab.gateway().getHostAddress()).exitCode())
        .isZero();
  }

  @Test
  void a_killed_engine_leaves_its_containers_and_takes_them_up_again() throws IOException {
    Containers containers = Containers.on(second);
    containers.start(
        "survivor", "busybox", List.of("sh", "-c", "trap exit TERM; sleep 3000 & wait"));
    second.killEngine();
    assertThat(second.isEngineRunning()).isFalse();
    assertThat(pidOnTheMachine("sleep\0003000")).isPositive();
    second.startEngine();
    assertThat(containers.inspect("survivor").path("State").path("Running").asBoolean()).isFalse();
    second.stopEngine();
    assertThat(second.isOn()).isTrue();
    assertThat(Files.exists(second.engineSocket())).isFalse();
    second.startEngine();
  }

  @Test
  void a_spawned_process_sees_its_host() throws IOException {
    Path log = parent.resolve("seen.log");
    LabProcess process =
        first.spawn(
            List.of(
                "sh",
                "-c",
                "hostname; ip -4 -o addr show eth0; ls /sys/class/net; echo $GREETING; echo $PPID; exit 7"),
            Map.of("GREETING", "good morning"),
            log);
    assertThat(process.awaitExit(Duration.ofSeconds(10))).isTrue();
    assertThat(process.exitCode()).hasValue(7);
    assertThat(Files.readString(log))
        .contains("lab-h1", first.address().getHostAddress(), "eth0", "good morning")
        .doesNotContain("berth");
  }

  @Test
  void a_paused_process_is_alive_and_can_be_ended() {
    LabProcess process =
        second.spawn(List.of("sleep", "4000"), Map.of(), parent.resolve("paused.log"));
    process.pause();
    await().until(() -> state(process).equals("T"));
    process.resume();
    await().until(() -> state(process).equals("S"));
    process.terminate();
    assertThat(process.awaitExit(Duration.ofSeconds(10))).isTrue();
    assertThat(process.exitCode()).hasValue(143);
  }

  @Test
  void orphans_are_reaped() throws IOException {
    first.run("sh", "-c", "sh -c 'sleep 0.01 &'");
    await()
        .untilAsserted(
            () -> assertThat(first.run("ps", "-eo", "stat").output()).doesNotContain("Z"));
  }

  @Test
  void names_of_the_labs_hosts_resolve_and_others_fail_at_once() {
    assertThat(first.run("getent", "hosts", "lab-h2").output())
        .contains(second.address().getHostAddress());
    long start = System.nanoTime();
    assertThat(first.run("getent", "hosts", "registry-1.example").exitCode()).isNotZero();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
  }

  @Test
  void an_engine_that_cannot_start_is_reported_with_the_end_of_its_log() {
    LabOptions options = LabOptions.DEFAULTS.withEngineFlag("--log-level=nonsense");
    assertThatThrownBy(() -> lab.addHost(options))
        .isInstanceOf(LabException.class)
        .hasMessageContaining("the engine of lab-h3 ended while it started")
        .hasMessageContaining("h3/engine.log")
        .hasMessageContaining("nonsense");
  }

  private static boolean reaches(LabHost from, LabHost to) {
    return from.run("busybox", "ping", "-c1", "-W1", to.address().getHostAddress()).exitCode() == 0;
  }

  private static String state(LabProcess process) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
    return stat.substring(stat.lastIndexOf(')') + 2).substring(0, 1);
  }

  private static long pidOnTheMachine(String commandLine) {
    return ProcessHandle.allProcesses()
        .filter(process -> commandLine(process.pid()).equals(commandLine + "\0"))
        .mapToLong(ProcessHandle::pid)
        .findFirst()
        .orElseThrow();
  }

  private static String commandLine(long pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/cmdline"));
    } catch (IOException e) {
      return "";
    }
  }
}

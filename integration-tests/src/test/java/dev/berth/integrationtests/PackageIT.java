package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.lab.CommandResult;
import dev.berth.lab.Lab;
import dev.berth.lab.LabHost;
import dev.berth.lab.LabProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Debian packages and the manager's image, as an operator takes them. */
final class PackageIT {
  private static final Path MADE = Path.of("../packages/target").toAbsolutePath().normalize();
  private static final Path UNITS = Path.of("../packages/src/deb").toAbsolutePath().normalize();
  private static final Duration START = Duration.ofSeconds(60);

  @TempDir private static Path directory;

  private static Lab lab;
  private static LabHost host;

  @BeforeAll
  static void aHost() {
    lab = Lab.create(directory.resolve("lab"));
    host = lab.addHost();
  }

  @AfterAll
  static void down() {
    lab.close();
  }

  private static Path deb(String name) {
    return MADE.resolve(name + ".deb");
  }

  @Test
  void the_packages_make_a_cluster_of_a_bare_host_and_nothing_is_left_when_they_are_purged()
      throws IOException {
    BareHost bare = BareHost.on(host);
    List<Path> all = List.of(deb("berth"), deb("berth-manager"), deb("berth-agent"));
    bare.install(all);
    bare.ok(
        "printf 'agent:\\n  engine: %s\\n  groups: %s\\n  name: bare\\n' >> /etc/berth/agent.yaml"
            .formatted(host.engineSocket(), host.tenantGroups()));
    Path log = directory.resolve("manager.log");
    LabProcess manager = bare.start("berth-manager", Map.of(), log);
    await(bare, "berth status", log);

    String token = bare.ok("berth host token create");
    bare.ok(
        "umask 077; echo BERTH_JOIN=%s > /etc/berth/agent.join"
            .formatted(token.substring(token.indexOf("--join ") + 7).lines().findFirst().get()));
    Path agentLog = directory.resolve("agent.log");
    LabProcess agent = bare.start("berth-agent", Map.of(), agentLog);
    await(bare, "berth host ls | grep healthy", agentLog);
    assertThat(bare.ok("eval \"$(berth env)\"; docker run --rm busybox echo from the package"))
        .endsWith("from the package");
    assertThat(bare.ok("ps -o user= -p %d; ls -ld /var/lib/berth".formatted(innerPid(bare))))
        .contains("berth");
    assertThat(bare.ok("iptables -S")).contains("BERTH-FORWARD");

    // The scripts run again with each upgrade, and an edited file is the operator's.
    bare.install(all);
    assertThat(bare.ok("cat /etc/berth/agent.yaml")).contains("name: bare");
    assertThat(stopped(agent)).isEqualTo(143);
    assertThat(stopped(manager)).isEqualTo(143);
    assertThat(bare.ok("iptables -S"))
        .as("the containers are guarded while no agent runs")
        .contains("-j BERTH-FORWARD", "-j BERTH-INPUT", "-A BERTH-FORWARD -d 169.254.0.0/16");
    bare.ok("dpkg --remove berth-agent berth-manager 2>&1");
    assertThat(bare.ok("iptables -S")).doesNotContain("BERTH");
    assertThat(bare.ok("ls /etc/berth /var/lib/berth-agent /var/lib/berth"))
        .contains("agent.yaml", "manager.yaml", "agent.join", "cluster-ca");
    assertThat(bare.run("ls /lib/systemd/system/berth-agent.service").exitCode()).isNotZero();
    bare.ok("dpkg --purge berth-agent berth-manager berth 2>&1");

    assertThat(bare.named()).isEmpty();
    assertThat(bare.run("dpkg --status berth-agent").exitCode()).isNotZero();
    assertThat(bare.run("berth --version").exitCode()).isNotZero();
    assertThat(Files.readString(log)).doesNotContain("Exception");
  }

  /** Waits until a command succeeds, and shows what a service has logged when it does not. */
  private static void await(BareHost bare, String line, Path log) throws IOException {
    AtomicReference<CommandResult> last = new AtomicReference<>();
    try {
      Awaitility.await()
          .atMost(START)
          .pollInterval(Duration.ofSeconds(1))
          .until(
              () -> {
                last.set(bare.run(line));
                return last.get().exitCode() == 0;
              });
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("%s: %s%n%s".formatted(line, last.get(), Files.readString(log)), e);
    }
  }

  private static long innerPid(BareHost bare) {
    return Long.parseLong(
        bare.ok("pgrep -of 'dev.berth.cli.Main [m]anager --config /etc/berth/manager.yaml'"));
  }

  private static int stopped(LabProcess process) {
    process.terminate();
    assertThat(process.awaitExit(Duration.ofSeconds(30))).isTrue();
    return process.exitCode().orElse(143);
  }

  @Test
  void an_agent_without_a_token_says_what_to_do() {
    List<String> unit = lines(UNITS.resolve("berth-agent/berth-agent.service"));
    assertThat(unit)
        .contains(
            "ConditionPathExists=|/etc/berth/agent.join", "EnvironmentFile=-/etc/berth/agent.join");
  }

  private static List<String> lines(Path file) {
    return Command.of("cat", file.toString()).run().ok().lines();
  }

  @ParameterizedTest
  @CsvSource({"berth-agent, 35", "berth-manager, 20"})
  void the_units_are_right_and_take_from_the_daemons_what_they_do_not_need(
      String service, int mostExposure) throws IOException {
    Path unit = UNITS.resolve(service).resolve(service + ".service");
    Outcome security =
        Command.of(
                "systemd-analyze",
                "security",
                "--no-pager",
                "--offline=true",
                "--threshold=" + mostExposure,
                unit.toString())
            .run();
    assertThat(security.exit()).describedAs(security.out()).isZero();
    // verify asks for the program, which is installed where the package is.
    Path here = directory.resolve(service + ".service");
    Files.writeString(
        here, Files.readString(unit).replace("ExecStart=/usr/bin/berth", "ExecStart=/bin/true"));
    Outcome verified = Command.of("systemd-analyze", "verify", "--man=no", here.toString()).run();
    assertThat(verified.exit()).describedAs(verified.err()).isZero();
    assertThat(verified.err()).doesNotContain(service + ".service:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"berth-agent", "berth-manager"})
  void debians_own_checker_finds_no_fault(String name) {
    assertThat(
            Command.of("lintian", "--allow-root", "--fail-on", "error", deb(name).toString())
                .run()
                .ok()
                .out())
        .isEmpty();
  }

  @Test
  void the_image_runs_on_an_engine_and_serves_docker_over_tls() {
    Docker engine = Docker.at(host.engineSocket());
    String loaded = engine.ok("load", "-i", MADE.resolve("berth-manager-image.tar").toString());
    String image = loaded.substring(loaded.indexOf(": ") + 2);
    String address = host.address().getHostAddress();
    engine.ok(
        "run",
        "-d",
        "--name",
        "manager",
        "--network",
        "host",
        "-e",
        "BERTH_MANAGER_LISTEN=tls://0.0.0.0:12376",
        "-e",
        "BERTH_MANAGER_CLUSTER=0.0.0.0:12377",
        "-e",
        "BERTH_ZOOKEEPER_LISTEN=127.0.0.1:12181",
        "-e",
        "BERTH_MANAGER_ADVERTISE=" + address,
        image);
    try {
      var _ =
          Eventually.get(
              START,
              () -> engine.run("exec", "manager", "berth", "status").exit(),
              exit -> exit == 0);
      engine.ok("exec", "manager", "berth", "env", "--tls");
      Path client = directory.resolve("client");
      engine.ok("cp", "manager:/var/lib/berth/manager/env/default-tls", client.toString());
      Docker docker =
          new Docker(
              Map.of(
                  "DOCKER_HOST",
                  "tcp://" + address + ":12376",
                  "DOCKER_TLS_VERIFY",
                  "1",
                  "DOCKER_CERT_PATH",
                  client.toString(),
                  "DOCKER_CONFIG",
                  client.toString()));
      assertThat(docker.ok("version")).contains("Server:", "Berth");
      assertThat(engine.ok("inspect", "-f", "{{.Config.User}}", "manager"))
          .isEqualTo("65532:65532");
    } finally {
      engine.remove("manager");
    }
  }
}

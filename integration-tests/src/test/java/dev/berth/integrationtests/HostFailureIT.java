package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.lab.LabHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Hosts that lose their power, their engine or their network, with a fleet of their own. */
final class HostFailureIT {
  private Fleet fleet;
  private Docker docker;

  @BeforeEach
  void start() {
    fleet = Fleet.start(2, Map.of("BERTH_RESCHEDULE_AFTER", "3s"));
    docker = fleet.tenant("acme");
    docker.ok("run", "-d", "--name", "one", "--restart", "always", "busybox", "sleep", "600");
    docker.ok("run", "-d", "--name", "two", "--restart", "always", "busybox", "sleep", "600");
  }

  @AfterEach
  void stop() {
    fleet.close();
  }

  private String hostOf(String container) {
    return docker.ok("inspect", "-f", "{{.Node.Name}}", container);
  }

  private String shown() {
    return docker.ok("ps", "-a", "--format", "{{.Names}} {{.Status}}");
  }

  @Test
  void a_host_that_is_cut_off_is_told_and_comes_back_by_itself() {
    LabHost host = fleet.hosts().getFirst();
    for (String place : fleet.hosts().stream().map(LabHost::name).toList()) {
      docker.ok(
          "run",
          "-d",
          "--name",
          "mobile-" + place,
          "-e",
          "reschedule:on-node-failure",
          "-e",
          "constraint:node==~" + place,
          "busybox",
          "sleep",
          "600");
    }
    String mobile = "mobile-" + host.name();
    docker.ok(
        "run",
        "-d",
        "--name",
        "given-up",
        "--label",
        "com.docker.swarm.reschedule-policies=[\"on-node-failure\"]",
        "-e",
        "constraint:node==~" + host.name(),
        "busybox",
        "sleep",
        "600");
    assertThat(hostOf(mobile)).isEqualTo(host.name());
    docker.ok(
        "run",
        "-d",
        "--name",
        "connected",
        "-e",
        "reschedule:on-node-failure",
        "-e",
        "constraint:node==" + host.name(),
        "busybox",
        "sleep",
        "600");
    String other = fleet.hosts().getLast().name();
    fleet.berth("host", "cordon", other).ok();
    docker.ok("network", "create", "app");
    fleet.berth("host", "uncordon", other).ok();
    docker.ok("network", "connect", "app", "connected");
    host.cut();
    Eventually.get(
        Duration.ofSeconds(60),
        () -> fleet.berth("host", "ls").ok().out(),
        text -> text.contains("unreachable"));
    Eventually.get(Duration.ofSeconds(60), this::shown, text -> text.contains("Host Down"));
    Eventually.get(
        Duration.ofSeconds(60),
        () -> docker.run("inspect", "-f", "{{.State.Running}} {{.Node.Name}}", mobile).text(),
        text -> text.startsWith("true") && !text.endsWith(host.name()));
    Eventually.get(
        Duration.ofSeconds(60),
        () -> docker.run("inspect", "-f", "{{.State.Running}} {{.Node.Name}}", "given-up").text(),
        text -> text.startsWith("true") && !text.endsWith(host.name()));
    docker.remove("given-up");
    assertThat(docker.run("ps", "--format", "{{.Names}}").ok().lines()).hasSize(3);
    assertThat(shown()).containsPattern("connected Host Down");
    String down =
        shown()
            .lines()
            .filter(line -> line.contains("Host Down") && !line.startsWith("connected "))
            .findFirst()
            .orElseThrow()
            .split(" ")[0];
    Outcome refused = docker.run("exec", down, "true");
    assertThat(refused.exit()).isNotZero();
    assertThat(refused.err()).contains("does not answer");
    assertThat(docker.run("create", "--name", down, "busybox").exits(1).err())
        .contains("is already in use");
    docker.ok("run", "--rm", "busybox", "true");
    host.heal();
    Eventually.get(Duration.ofSeconds(60), this::shown, text -> !text.contains("Host Down"));
    assertThat(docker.ok("exec", down, "echo", "back")).isEqualTo("back");
    Eventually.get(
        () -> fleet.berth("events", "--host", host.name()).ok().out(),
        text -> text.matches("(?s).*unreachable +was healthy.*healthy +was unreachable.*"));
    Eventually.get(
        Duration.ofSeconds(60),
        () -> fleet.engine(0).ok("ps", "-a", "--format", "{{.Names}}"),
        names -> !names.contains(mobile) && !names.contains("given-up"));
    assertThat(docker.run("ps", "-a", "--format", "{{.Names}}").ok().lines()).hasSize(5);
    assertThat(hostOf("connected")).isEqualTo(host.name());
    docker.remove("connected");
    docker.ok("network", "rm", "app");
    a_container_runs_on_whose_new_host_dies_in_the_middle_of_its_move();
  }

  private void a_container_runs_on_whose_new_host_dies_in_the_middle_of_its_move() {
    LabHost from = fleet.hosts().getFirst();
    LabHost to = fleet.hosts().getLast();
    docker.ok(
        "run",
        "-d",
        "--name",
        "heavy",
        "--stop-signal",
        "KILL",
        "-v",
        "/data",
        "-e",
        "constraint:node==~" + from.name(),
        "busybox",
        "sh",
        "-c",
        "dd if=/dev/zero of=/data/x bs=1M count=400; touch /data/done; sleep 600");
    Eventually.get(
        Duration.ofSeconds(60),
        () -> docker.run("exec", "heavy", "test", "-e", "/data/done").exit(),
        exit -> exit == 0);
    try (SlowLink _ = SlowLink.from(from)) {
      fleet.berth("host", "drain", from.name(), "--timeout", "1s");
      Eventually.get(
          Duration.ofSeconds(60),
          () -> docker.ok("ps", "-a", "--format", "{{.Names}}"),
          names -> names.contains("heavy.moving"));

      to.cut();
    }

    Eventually.get(
        Duration.ofSeconds(60),
        () -> fleet.engine(0).ok("ps", "--format", "{{.Names}}"),
        names -> names.contains("acme.heavy"));
    fleet.berth("host", "uncordon", from.name()).ok();
    to.heal();
    Eventually.get(
        Duration.ofSeconds(60),
        () -> docker.ok("ps", "-a", "--format", "{{.Names}}"),
        names -> !names.contains(".moving") && names.contains("heavy"));
    assertThat(hostOf("heavy")).isEqualTo(from.name());
    assertThat(docker.ok("exec", "heavy", "stat", "-c", "%s", "/data/x"))
        .isEqualTo(Long.toString(400L << 20));
  }

  @Test
  void an_engine_that_dies_and_comes_back_has_its_containers_again() {
    LabHost host = fleet.hosts().getFirst();
    host.killEngine();
    Eventually.get(
        Duration.ofSeconds(60),
        () -> docker.run("run", "--rm", "busybox", "true").exit(),
        exit -> exit == 0);
    host.startEngine();
    Eventually.get(
        Duration.ofSeconds(60),
        () -> docker.run("ps", "--format", "{{.Names}}").lines().size(),
        count -> count == 2);
    a_host_joins_with_one_line_gets_work_and_is_shut_out_and_removed();
  }

  private void a_host_joins_with_one_line_gets_work_and_is_shut_out_and_removed() {
    LabHost third = fleet.lab().addHost();
    agentPort(third, "-I");
    Path log = fleet.join(third, "--label", "zone=new", "--uses", "2");
    Eventually.get(
        Duration.ofSeconds(60),
        () -> fleet.berth("status").ok().out(),
        text ->
            text.contains("host " + third.name() + ": this manager cannot connect to its agent"));
    assertThat(fleet.berth("host", "inspect", third.name()).ok().out())
        .contains("Connect timed out", "agent.advertise");
    Eventually.get(
        Duration.ofSeconds(60),
        () -> read(log),
        text -> text.contains("no manager has called this agent yet"));
    agentPort(third, "-D");
    Eventually.get(
        Duration.ofSeconds(60),
        () -> fleet.berth("host", "ls").ok().out().split("healthy", -1).length - 1,
        healthy -> healthy == 3);
    docker.ok(
        "run", "-d", "--name", "new", "-e", "constraint:zone==new", "busybox", "sleep", "600");
    assertThat(hostOf("new")).isEqualTo(third.name());
    docker.ok(
        "run",
        "-d",
        "--name",
        "mobile",
        "-e",
        "constraint:zone==~new",
        "-e",
        "reschedule:on-node-failure",
        "busybox",
        "sleep",
        "600");
    assertThat(hostOf("mobile")).isEqualTo(third.name());
    String token = fleet.berth("host", "token", "ls").ok().out();
    assertThat(token).contains("zone=new");
    fleet.berth("host", "token", "rm", token.lines().toList().getLast().split(" ")[0]).ok();
    assertThat(fleet.berth("host", "token", "ls").ok().out()).doesNotContain("zone=new");
    assertThat(fleet.berth("host", "rm", third.name()).exits(1).err()).contains("is not drained");

    fleet.berth("host", "revoke", third.name()).ok();

    assertThat(docker.run("exec", "new", "true").exits(1).err())
        .contains("its agent is not connected");
    assertThat(fleet.berth("host", "ls").ok().out()).contains("revoked");
    assertThat(fleet.berth("host", "uncordon", third.name()).exits(1).err())
        .contains("is revoked for good");
    Eventually.get(
        Duration.ofSeconds(60),
        () -> docker.run("inspect", "-f", "{{.State.Running}} {{.Node.Name}}", "mobile").text(),
        text -> text.startsWith("true") && !text.endsWith(third.name()));
    Eventually.get(
        Duration.ofSeconds(60),
        () -> read(log),
        text -> text.contains("does not let this host in"));
    assertThat(fleet.berth("host", "rm", third.name()).exits(1).err())
        .contains("still has the container new of acme");
    assertThat(fleet.berth("host", "rm", "--force", third.name()).ok().out())
        .contains("Lost: the container new of acme");
    assertThat(fleet.berth("host", "ls").ok().out()).doesNotContain(third.name());
    assertThat(fleet.berth("explain", "--tenant", "acme", "--", "docker", "run", "busybox").ok())
        .extracting(Outcome::out, InstanceOfAssertFactories.STRING)
        .contains(fleet.hosts().getFirst().name())
        .doesNotContain(third.name());
    docker.ok("run", "-d", "--name", "new", "busybox", "sleep", "600");
    assertThat(docker.run("ps", "-a", "--format", "{{.Names}}").ok().lines())
        .containsExactlyInAnyOrder("one", "two", "mobile", "new");
  }

  /** Shuts the port at which managers call a host's agent, as NAT before it would, or opens it. */
  private static void agentPort(LabHost host, String verb) {
    assertThat(
            host.run("iptables", verb, "INPUT", "-p", "tcp", "--dport", "2378", "-j", "DROP")
                .exitCode())
        .isZero();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

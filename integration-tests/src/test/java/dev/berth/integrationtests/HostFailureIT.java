package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.lab.LabHost;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Hosts that lose their power, their engine or their network, with a fleet of their own. */
final class HostFailureIT {
  private Fleet fleet;
  private Docker docker;

  @BeforeEach
  void start() {
    fleet = Fleet.start(2);
    docker = fleet.tenant("acme");
    docker.ok("run", "-d", "--name", "one", "--restart", "always", "busybox", "sleep", "600");
    docker.ok("run", "-d", "--name", "two", "--restart", "always", "busybox", "sleep", "600");
  }

  @AfterEach
  void stop() {
    fleet.close();
  }

  private String shown() {
    return docker.ok("ps", "-a", "--format", "{{.Names}} {{.Status}}");
  }

  @Test
  void a_host_that_is_cut_off_is_told_and_comes_back_by_itself() {
    LabHost host = fleet.hosts().getFirst();
    host.cut();
    Eventually.get(Duration.ofSeconds(20), this::shown, text -> text.contains("Host Down"));
    assertThat(docker.run("ps", "--format", "{{.Names}}").ok().lines()).hasSize(1);
    String down =
        shown()
            .lines()
            .filter(line -> line.contains("Host Down"))
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
    Eventually.get(Duration.ofSeconds(30), this::shown, text -> !text.contains("Host Down"));
    assertThat(docker.ok("exec", down, "echo", "back")).isEqualTo("back");
  }

  @Test
  void an_engine_that_dies_and_comes_back_has_its_containers_again() {
    LabHost host = fleet.hosts().getFirst();
    host.killEngine();
    Eventually.get(
        Duration.ofSeconds(20),
        () -> docker.run("run", "--rm", "busybox", "true").exit(),
        exit -> exit == 0);
    host.startEngine();
    Eventually.get(
        Duration.ofSeconds(60),
        () -> docker.run("ps", "--format", "{{.Names}}").lines().size(),
        count -> count == 2);
  }
}

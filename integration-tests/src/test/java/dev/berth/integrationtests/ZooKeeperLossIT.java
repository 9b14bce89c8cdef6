package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.lab.Lab;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A cluster whose ZooKeeper, a real server in a process of its own, is killed and comes back. */
@Timeout(240)
final class ZooKeeperLossIT {
  @TempDir private Path directory;
  private ZooKeeperServer zookeeper;
  private Lab lab;
  private Fleet fleet;
  private Docker docker;

  @BeforeEach
  void start() throws IOException {
    zookeeper = ZooKeeperServer.start(directory.resolve("zookeeper"));
    lab = Lab.create(directory.resolve("lab"));
    lab.start(1);
    fleet =
        Fleet.at(
            lab.hosts().getFirst().engineSocket(),
            Map.of(
                "BERTH_ZOOKEEPER_CONNECT", zookeeper.address(),
                "BERTH_MANAGER_CLUSTER", "127.0.0.1:0",
                "BERTH_AGENT_LISTEN", "127.0.0.1:0"));
    docker = fleet.tenant("acme");
  }

  @AfterEach
  void stop() {
    if (fleet != null) {
      fleet.close();
    }
    lab.down();
    zookeeper.close();
  }

  @Test
  void without_zookeeper_reads_go_on_creates_are_refused_and_everybody_is_told()
      throws InterruptedException {
    docker.ok("run", "-d", "--name", "box", "busybox", "sleep", "600");
    zookeeper.kill();

    Eventually.get(
        () -> docker.run("info").err() + docker.run("info").out(),
        text -> text.contains("ZooKeeper does not answer"));
    assertThat(docker.ok("ps", "--format", "{{.Names}}")).isEqualTo("box");
    assertThat(docker.ok("inspect", "-f", "{{.State.Running}}", "box")).isEqualTo("true");
    assertThat(docker.ok("exec", "box", "echo", "inside")).isEqualTo("inside");
    assertThat(fleet.berth("status").ok().text()).contains("ZooKeeper does not answer");
    Outcome refused =
        docker.command("create", "--name", "other", "busybox").within(Duration.ofMinutes(1)).run();
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.err()).containsIgnoringCase("zookeeper");

    zookeeper.start();
    Eventually.get(
        Duration.ofSeconds(60),
        () -> docker.run("create", "--name", "other", "busybox").err(),
        String::isEmpty);
    Eventually.get(
        () -> docker.run("info").out() + docker.run("info").err(),
        text -> !text.contains("ZooKeeper does not answer"));
    assertThat(docker.ok("ps", "-a", "--format", "{{.Names}}").lines())
        .containsExactlyInAnyOrder("box", "other");
    assertThat(fleet.berth("status").ok().text()).doesNotContain("ZooKeeper does not answer");
  }
}

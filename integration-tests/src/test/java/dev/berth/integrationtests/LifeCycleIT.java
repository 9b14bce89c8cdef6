package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A container from create to remove; each change is seen by the next call. */
final class LifeCycleIT {
  private Docker docker;

  @BeforeEach
  void tenant() {
    docker = Fleet.shared().tenant("life-cycle-it");
  }

  @AfterEach
  void cleanUp() {
    String ids = docker.ok("ps", "-aq");
    if (!ids.isEmpty()) {
      docker.remove(ids.split("\n"));
    }
  }

  private String listed(String name) {
    return docker.ok("ps", "-a", "--filter", "name=^/" + name + "$", "--format", "{{.State}}");
  }

  @Test
  void every_change_shows_in_the_next_list() {
    docker.ok("create", "--name", "box", "busybox", "sleep", "600");
    assertThat(listed("box")).isEqualTo("created");
    docker.ok("start", "box");
    assertThat(listed("box")).isEqualTo("running");
    docker.ok("pause", "box");
    assertThat(listed("box")).isEqualTo("paused");
    docker.ok("unpause", "box");
    assertThat(listed("box")).isEqualTo("running");
    docker.ok("restart", "-t", "0", "box");
    assertThat(listed("box")).isEqualTo("running");
    docker.ok("kill", "-s", "KILL", "box");
    assertThat(docker.ok("wait", "box")).isEqualTo("137");
    assertThat(listed("box")).isEqualTo("exited");
    docker.ok("start", "box");
    docker.ok("stop", "-t", "0", "box");
    assertThat(listed("box")).isEqualTo("exited");
    docker.ok("rm", "box");
    assertThat(listed("box")).isEmpty();
  }

  @Test
  void a_running_container_is_removed_only_by_force() {
    docker.ok("run", "-d", "--name", "box", "busybox", "sleep", "600");
    Outcome refused = docker.run("rm", "box").exits(1);
    assertThat(refused.err()).containsIgnoringCase("stop the container before");
    assertThat(listed("box")).isEqualTo("running");
    docker.ok("rm", "-f", "box");
    assertThat(docker.run("inspect", "box").exits(1).err()).containsIgnoringCase("no such object");
  }

  @Test
  void a_renamed_container_has_its_new_name_everywhere_and_frees_the_old() {
    String id = docker.ok("run", "-d", "--name", "before", "busybox", "sleep", "600");
    docker.ok("rename", "before", "after");
    assertThat(docker.ok("ps", "--no-trunc", "--format", "{{.ID}} {{.Names}}"))
        .isEqualTo(id + " after");
    assertThat(docker.ok("inspect", "-f", "{{.Name}}", id)).isEqualTo("/after");
    docker.run("inspect", "before").exits(1);
    docker.ok("create", "--name", "before", "busybox");
    Outcome taken = docker.run("rename", "after", "before").exits(1);
    assertThat(taken.err()).contains("is already in use by container");
    assertThat(docker.ok("inspect", "-f", "{{.Name}}", id)).isEqualTo("/after");
  }

  @Test
  void wait_gives_the_exit_code_of_a_container_that_ends_later() {
    docker.ok("run", "-d", "--name", "box", "busybox", "sh", "-c", "sleep 1; exit 4");
    assertThat(docker.ok("wait", "box")).isEqualTo("4");
    assertThat(docker.ok("wait", "box")).isEqualTo("4");
  }

  @Test
  void a_container_keeps_its_data_over_a_restart() {
    docker.ok("run", "-d", "--name", "box", "busybox", "sh", "-c", "echo x >>/count; sleep 600");
    docker.ok("restart", "-t", "0", "box");
    Eventually.get(() -> docker.ok("exec", "box", "cat", "/count"), "x\nx"::equals);
  }

  @Test
  void filters_of_ps_choose_as_on_one_engine() {
    docker.ok("run", "-d", "--name", "one", "--label", "tier=front", "busybox", "sleep", "600");
    docker.ok("run", "-d", "--name", "two", "--label", "tier=back", "busybox", "sleep", "600");
    docker.run("run", "--name", "three", "busybox", "sh", "-c", "exit 3").exits(3);
    assertThat(names("label=tier")).containsExactly("two", "one");
    assertThat(names("label=tier=back")).containsExactly("two");
    assertThat(names("name=^t")).containsExactly("three", "two");
    assertThat(names("status=exited")).containsExactly("three");
    assertThat(names("exited=3")).containsExactly("three");
    assertThat(names("ancestor=busybox")).containsExactly("three", "two", "one");
    assertThat(names("since=one")).containsExactly("three", "two");
    assertThat(names("before=two")).containsExactly("one");
    assertThat(names("id=" + docker.ok("inspect", "-f", "{{.Id}}", "two").substring(0, 20)))
        .containsExactly("two");
    assertThat(docker.ok("ps", "-a", "-n", "1", "--format", "{{.Names}}")).isEqualTo("three");
    assertThat(docker.ok("ps", "-l", "--format", "{{.Names}}")).isEqualTo("three");
    docker.run("ps", "--filter", "nonsense=1").exits(1);
  }

  private java.util.List<String> names(String filter) {
    return docker.run("ps", "-a", "--filter", filter, "--format", "{{.Names}}").ok().lines();
  }

  @Test
  void events_tell_a_life_in_order_with_the_tenants_own_name() {
    String since = docker.ok("info", "-f", "{{.SystemTime}}");
    docker.ok("run", "--rm", "--name", "box", "--label", "a=b", "busybox", "true");
    String until = Long.toString(System.currentTimeMillis() / 1000 + 1);
    Outcome outcome =
        docker.run(
            "events",
            "--since",
            since,
            "--until",
            until,
            "--filter",
            "type=container",
            "--format",
            "{{.Action}} {{index .Actor.Attributes \"name\"}}");
    assertThat(outcome.ok().lines())
        .containsSubsequence("create box", "attach box", "start box", "die box", "destroy box");
    assertThat(
            docker
                .run(
                    "events",
                    "--since",
                    since,
                    "--until",
                    until,
                    "--filter",
                    "event=die",
                    "--filter",
                    "container=box",
                    "--format",
                    "{{.Action}}")
                .ok()
                .lines())
        .containsExactly("die");
    assertThat(
            docker
                .run("events", "--since", since, "--until", until, "--filter", "label=a=c")
                .ok()
                .out())
        .isEmpty();
    assertThat(
            docker
                .run("events", "--since", since, "--until", until, "--format", "{{json .}}")
                .ok()
                .out())
        .doesNotContain("berth.");
  }

  @Test
  void info_and_version_tell_of_the_fleet_and_of_this_tenant() {
    docker.ok("run", "-d", "--name", "one", "busybox", "sleep", "600");
    docker.ok("create", "--name", "two", "busybox");
    assertThat(
            docker.ok(
                "info", "-f", "{{.Containers}} {{.ContainersRunning}} {{.ContainersStopped}}"))
        .isEqualTo("2 1 1");
    assertThat(Integer.parseInt(docker.ok("info", "-f", "{{.NCPU}}")))
        .isEqualTo(3 * Runtime.getRuntime().availableProcessors());
    assertThat(docker.ok("version", "-f", "{{.Server.APIVersion}}")).isEqualTo("1.41");
    assertThat(docker.ok("images", "--format", "{{.Repository}}:{{.Tag}}"))
        .isEqualTo("busybox:latest");
  }

  @Test
  void down_takes_away_a_lab_whose_next_start_failed() throws Exception {
    try (Fleet fleet = Fleet.start(2)) {
      ProcessHandle manager = fleet.manager();
      manager.destroyForcibly();
      manager.onExit().get(30, TimeUnit.SECONDS);
      assertThat(fleet.berth("up", "--detach", "--lab", "1").exits(1).err())
          .contains("has 2 hosts already: run `berth down` first");
      assertThat(fleet.berth("down").ok().out()).contains("the lab that was left over is gone");
      assertThat(fleet.data().resolve("lab")).doesNotExist();
      assertThat(fleet.berth("down").ok().out()).contains("Nothing runs from");
    }
  }
}

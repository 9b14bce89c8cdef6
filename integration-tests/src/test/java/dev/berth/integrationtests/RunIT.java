package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code docker run} and what its options do. */
final class RunIT {
  private Docker docker;

  @BeforeEach
  void tenant() {
    docker = Fleet.shared().tenant("run-it");
  }

  @AfterEach
  void cleanUp() {
    String ids = docker.ok("ps", "-aq");
    if (!ids.isEmpty()) {
      docker.remove(ids.split("\n"));
    }
  }

  @Test
  void a_foreground_run_shows_output_and_error_apart() {
    Outcome outcome =
        docker.run("run", "--rm", "busybox", "sh", "-c", "echo to-out; echo to-err >&2").ok();
    assertThat(outcome.out()).isEqualTo("to-out\n");
    assertThat(outcome.err()).isEqualTo("to-err\n");
  }

  @Test
  void exit_codes_are_those_of_one_engine() {
    docker.run("run", "--rm", "busybox", "true").exits(0);
    docker.run("run", "--rm", "busybox", "false").exits(1);
    docker.run("run", "--rm", "--memory", "1k", "busybox", "true").exits(125);
    docker.run("run", "--rm", "busybox", "/etc").exits(126);
    docker.run("run", "--rm", "busybox", "/no/such/program").exits(127);
    docker.run("run", "--rm", "busybox", "sh", "-c", "sh -c 'kill -9 $$'; exit $?").exits(137);
    docker.run("run", "--rm", "busybox", "sh", "-c", "exit 42").exits(42);
  }

  @Test
  void a_removed_container_frees_its_name_at_once() {
    for (int i = 0; i < 5; i++) {
      docker.run("run", "--rm", "--name", "again", "busybox", "true").ok();
    }
    assertThat(docker.ok("ps", "-aq")).isEmpty();
  }

  @Test
  void a_detached_run_prints_the_id_that_everything_else_shows() {
    String id = docker.ok("run", "-d", "--name", "web", "busybox", "sleep", "600");
    assertThat(id).matches("[0-9a-f]{64}");
    assertThat(docker.ok("ps", "--no-trunc", "--format", "{{.ID}} {{.Names}}"))
        .isEqualTo(id + " web");
    assertThat(docker.ok("inspect", "-f", "{{.Id}} {{.Name}}", "web")).isEqualTo(id + " /web");
    assertThat(docker.ok("inspect", "-f", "{{.Name}}", id.substring(0, 12))).isEqualTo("/web");
  }

  @Test
  void environment_entrypoint_directory_user_and_hostname_reach_the_container() {
    assertThat(docker.ok("run", "--rm", "-e", "A=b c", "busybox", "sh", "-c", "echo \"$A\""))
        .isEqualTo("b c");
    assertThat(docker.ok("run", "--rm", "--entrypoint", "/bin/echo", "busybox", "hi"))
        .isEqualTo("hi");
    assertThat(docker.ok("run", "--rm", "-w", "/etc", "busybox", "pwd")).isEqualTo("/etc");
    assertThat(docker.ok("run", "--rm", "-u", "123:456", "busybox", "id", "-u")).isEqualTo("123");
    assertThat(docker.ok("run", "--rm", "-h", "box", "busybox", "hostname")).isEqualTo("box");
  }

  @Test
  void limits_are_those_that_were_asked_for() {
    docker.ok(
        "run",
        "-d",
        "--name",
        "small",
        "-m",
        "64m",
        "--cpus",
        "0.5",
        "--pids-limit",
        "50",
        "busybox",
        "sleep",
        "600");
    assertThat(
            docker.ok(
                "inspect",
                "-f",
                "{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.HostConfig.PidsLimit}}",
                "small"))
        .isEqualTo("67108864 500000000 50");
    docker.ok("update", "-m", "128m", "--memory-swap", "256m", "--cpus", "1", "small");
    assertThat(
            docker.ok("inspect", "-f", "{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}}", "small"))
        .isEqualTo("134217728 1000000000");
  }

  @Test
  void a_published_port_is_shown_and_answers_on_its_host() {
    docker.ok(
        "run",
        "-d",
        "--name",
        "httpd",
        "-p",
        "80",
        "busybox",
        "sh",
        "-c",
        "echo hello >/tmp/index.html; httpd -f -h /tmp");
    String shown = docker.ok("port", "httpd", "80").lines().findFirst().orElseThrow();
    Outcome fetched =
        Command.of("curl", "-s", "--retry", "10", "--retry-connrefused", "http://" + shown + "/")
            .run()
            .ok();
    assertThat(fetched.text()).isEqualTo("hello");
  }

  @Test
  void labels_are_kept_and_none_of_berths_are_seen() {
    docker.ok("run", "-d", "--name", "labelled", "--label", "team=blue", "busybox", "sleep", "600");
    assertThat(docker.ok("inspect", "-f", "{{json .Config.Labels}}", "labelled"))
        .isEqualTo("{\"team\":\"blue\"}");
    assertThat(docker.ok("ps", "--format", "{{.Labels}}")).isEqualTo("team=blue");
  }

  @Test
  void a_restart_policy_restarts() {
    docker.ok(
        "run",
        "-d",
        "--name",
        "phoenix",
        "--restart",
        "on-failure:2",
        "busybox",
        "sh",
        "-c",
        "exit 3");
    Eventually.get(
        () -> docker.ok("inspect", "-f", "{{.RestartCount}} {{.State.Status}}", "phoenix"),
        "2 exited"::equals);
  }

  @Test
  void a_stop_signal_is_what_stop_sends() {
    docker.ok(
        "run",
        "-d",
        "--name",
        "trapper",
        "--stop-signal",
        "SIGUSR1",
        "busybox",
        "sh",
        "-c",
        "trap 'echo got usr1; exit 7' USR1; echo ready; while :; do sleep 0.1; done");
    Eventually.get(() -> docker.ok("logs", "trapper"), "ready"::equals);
    docker.ok("stop", "-t", "20", "trapper");
    assertThat(docker.ok("logs", "trapper")).endsWith("got usr1");
    assertThat(docker.ok("inspect", "-f", "{{.State.ExitCode}}", "trapper")).isEqualTo("7");
  }

  @Test
  void health_checks_show_in_ps_and_inspect() {
    docker.ok(
        "run",
        "-d",
        "--name",
        "healthy",
        "--health-cmd",
        "true",
        "--health-interval",
        "1s",
        "busybox",
        "sleep",
        "600");
    Eventually.get(
        () -> docker.ok("ps", "--filter", "health=healthy", "--format", "{{.Names}} {{.Status}}"),
        text -> text.startsWith("healthy Up ") && text.endsWith("(healthy)"));
    assertThat(docker.ok("inspect", "-f", "{{.State.Health.Status}}", "healthy"))
        .isEqualTo("healthy");
  }

  @Test
  void a_terminal_has_the_size_of_the_users() {
    Outcome outcome =
        docker.onTerminal(
            "stty rows 33 cols 77; docker run --rm -it busybox sh -c"
                + " 'until stty size 2>/dev/null | grep -q 33; do :; done; stty size'");
    assertThat(outcome.text()).endsWith("33 77");
  }

  @Test
  void an_image_that_no_host_has_is_told_as_the_engine_tells_it() {
    Outcome outcome = docker.run("create", "--pull", "never", "nothing-like-this").exits(1);
    assertThat(outcome.err()).contains("No such image: nothing-like-this:latest");
  }

  @Test
  void containers_spread_over_all_hosts() {
    for (int i = 0; i < 6; i++) {
      docker.ok("run", "-d", "--name", "s" + i, "busybox", "sleep", "600");
    }
    for (int host = 0; host < 3; host++) {
      assertThat(
              Fleet.shared()
                  .engine(host)
                  .ok("ps", "-q", "--filter", "label=berth.tenant=run-it")
                  .lines())
          .describedAs("containers on host %d", host)
          .hasSize(2);
    }
  }
}

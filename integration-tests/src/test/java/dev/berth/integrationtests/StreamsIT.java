package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.common.http.Connection;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpCall;
import dev.berth.common.http.RequestHead;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attach, exec, logs and copies: bytes both ways, whole, to the end. */
@Timeout(240)
final class StreamsIT {

  @TempDir private Path directory;
  private Docker docker;

  @BeforeEach
  void tenant() {
    docker = Fleet.shared().tenant("streams-it");
  }

  @AfterEach
  void cleanUp() {
    String ids = docker.ok("ps", "-aq");
    if (!ids.isEmpty()) {
      docker.remove(ids.split("\n"));
    }
  }

  private static Docker over(String transport) {
    return transport.equals("tls")
        ? Fleet.shared().tenantOverTls("streams-it")
        : Fleet.shared().tenant("streams-it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "tls"})
  void the_end_of_input_reaches_the_container_and_its_output_comes_back(String transport) {
    Outcome outcome =
        over(transport).command("run", "-i", "--rm", "busybox", "cat").input("hello\n").run();
    assertThat(outcome.ok().out()).isEqualTo("hello\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "tls"})
  void output_that_a_container_writes_only_after_the_end_of_input_comes_back(String transport) {
    Outcome outcome =
        over(transport)
            .command(
                "run",
                "-i",
                "--rm",
                "busybox",
                "sh",
                "-c",
                "cat >/tmp/x; sleep 1; wc -c </tmp/x; seq 1 20000")
            .input("x".repeat(100_000))
            .run()
            .ok();
    assertThat(outcome.lines()).hasSize(20_001).startsWith("100000").endsWith("20000");
  }

  @ParameterizedTest
  @CsvSource({"tcp, 25", "tls, 100"})
  void megabytes_go_through_cat_byte_for_byte_and_memory_stays_flat(String transport, int megabytes)
      throws IOException {
    Path input = randomFile(megabytes);
    long before = Fleet.shared().managerMemory();
    Outcome outcome =
        over(transport)
            .command("run", "-i", "--rm", "busybox", "cat")
            .input(Files.newInputStream(input))
            .within(Duration.ofMinutes(3))
            .run()
            .ok();
    assertThat(outcome.bytes()).isEqualTo(Files.readAllBytes(input));
    assertThat(Fleet.shared().managerMemory() - before).isLessThan(80L * 1024 * 1024);
  }

  @Test
  void a_hundred_megabytes_are_copied_in_and_out_byte_for_byte() throws IOException {
    Path input = randomFile(100);
    docker.ok("create", "--name", "box", "busybox", "true");
    docker.command("cp", input.toString(), "box:/big").within(Duration.ofMinutes(3)).run().ok();
    Path output = directory.resolve("output");
    docker.command("cp", "box:/big", output.toString()).within(Duration.ofMinutes(3)).run().ok();
    assertThat(Files.mismatch(input, output)).isEqualTo(-1);
  }

  private Path randomFile(int megabytes) throws IOException {
    byte[] bytes = new byte[megabytes * 1024 * 1024];
    new Random(7).nextBytes(bytes);
    return Files.write(directory.resolve("input"), bytes);
  }

  @Test
  void exec_runs_with_its_own_environment_user_and_directory() {
    docker.ok("run", "-d", "--name", "box", "busybox", "sleep", "600");
    assertThat(
            docker.ok(
                "exec",
                "-e",
                "A=1",
                "-u",
                "5:6",
                "-w",
                "/etc",
                "box",
                "sh",
                "-c",
                "echo $A $(id -u) $(pwd)"))
        .isEqualTo("1 5 /etc");
    docker.run("exec", "box", "sh", "-c", "exit 9").exits(9);
    Docker raw = Fleet.shared().engine(0);
    raw.ok("run", "-d", "--name", "raw-exec", "busybox", "sleep", "600");
    assertThat(docker.run("exec", "box", "/no/such").exit())
        .isEqualTo(raw.run("exec", "raw-exec", "/no/such").exit());
    raw.remove("raw-exec");
    docker.ok("exec", "-d", "box", "touch", "/tmp/done");
    Eventually.get(() -> docker.run("exec", "box", "ls", "/tmp/done").exit(), exit -> exit == 0);
    assertThat(docker.command("exec", "-i", "box", "cat").input("through").run().ok().out())
        .isEqualTo("through");
    assertThat(
            docker
                .onTerminal(
                    "stty rows 21 cols 43; docker exec -it box sh -c"
                        + " 'until stty size 2>/dev/null | grep -q 21; do :; done; stty size'")
                .text())
        .endsWith("21 43");
  }

  @Test
  void attach_shows_output_and_ends_with_its_detach_keys_while_the_container_runs_on()
      throws IOException {
    docker.ok(
        "run",
        "-dit",
        "--name",
        "box",
        "busybox",
        "sh",
        "-c",
        "while :; do echo tick; sleep 0.2; done");
    Api api = Api.as(docker);
    try (HttpCall call = new HttpCall(api.open())) {
      Headers headers =
          api.headers()
              .with("Connection", "Upgrade")
              .with("Upgrade", "tcp")
              .with("Content-Length", "0");
      call.send(
          new RequestHead(
              "POST",
              "/containers/box/attach?stream=1&stdin=1&stdout=1&detachKeys=ctrl-x,x",
              headers));
      assertThat(call.receive().status()).isEqualTo(101);
      Connection attached = call.hijack();
      attached.readTimeout(Duration.ofSeconds(30));
      assertThat(new String(attached.in().readNBytes(12), StandardCharsets.UTF_8)).contains("tick");
      // A person's keys come one by one: output in between tells that the first was taken.
      attached.out().write(0x18);
      attached.in().readNBytes(12);
      attached.out().write('x');
      attached.in().transferTo(java.io.OutputStream.nullOutputStream());
    }
    assertThat(docker.ok("inspect", "-f", "{{.State.Running}}", "box")).isEqualTo("true");
  }

  @Test
  void start_with_attach_gives_input_and_the_exit_code() {
    docker.ok("create", "-i", "--name", "box", "busybox", "sh", "-c", "cat; exit 5");
    Outcome outcome = docker.command("start", "-ai", "box").input("in and out").run().exits(5);
    assertThat(outcome.out()).isEqualTo("in and out");
  }

  @Test
  void logs_of_a_container_that_is_silent_beyond_every_timeout_are_still_followed()
      throws Exception {
    // Longer than the fleet keeps idle connections, than feeds may be silent, than heads may take.
    docker.ok("run", "-d", "--name", "box", "busybox", "sh", "-c", "echo one; sleep 40; echo two");
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Outcome> followed :
          clients.invokeAll(
              List.<Callable<Outcome>>of(
                  () -> over("tcp").run("logs", "-f", "box"),
                  () -> over("tls").run("logs", "-f", "box")))) {
        assertThat(followed.get().ok().out()).isEqualTo("one\ntwo\n");
      }
    }
  }

  @Test
  void logs_are_followed_cut_and_stamped() {
    docker.ok(
        "run",
        "-d",
        "--name",
        "box",
        "busybox",
        "sh",
        "-c",
        "for i in 1 2 3; do echo line $i; done; echo bad >&2; sleep 1; echo late");
    assertThat(docker.run("logs", "-f", "box").ok().out())
        .isEqualTo("line 1\nline 2\nline 3\nlate\n");
    assertThat(docker.run("logs", "box").ok().err()).isEqualTo("bad\n");
    assertThat(docker.ok("logs", "--tail", "1", "box")).isEqualTo("late");
    assertThat(docker.run("logs", "-t", "box").ok().lines())
        .allMatch(line -> line.matches("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z .*"));
    assertThat(docker.run("logs", "--since", "2100-01-01T00:00:00Z", "box").ok().out()).isEmpty();
  }

  @Test
  void a_client_that_dies_ends_what_the_engine_did_for_it() throws Exception {
    docker.ok("run", "-d", "--name", "quiet", "busybox", "sleep", "600");
    int host = hostOf("quiet");
    // Others come and go: what is always there is what counts.
    int before = IntStream.range(0, 5).map(_ -> engineConnections(host)).min().orElseThrow();
    Process follower = docker.command("logs", "-f", "quiet").start();
    Eventually.get(() -> engineConnections(host), count -> count > before);
    follower.destroyForcibly().waitFor();
    Eventually.get(() -> engineConnections(host), count -> count <= before);
  }

  private static int hostOf(String name) {
    for (int host = 0; host < 3; host++) {
      if (!Fleet.shared()
          .engine(host)
          .ok("ps", "-aq", "--filter", "name=^streams-it\\." + name + "$")
          .isEmpty()) {
        return host;
      }
    }
    throw new AssertionError(name + " is on no host");
  }

  /** How many connections the engine of that host has open. */
  private static int engineConnections(int host) {
    return (int)
        Fleet.shared()
            .hosts()
            .get(host)
            .run("ss", "-xH", "state", "connected")
            .output()
            .lines()
            .filter(line -> line.contains("docker.sock"))
            .count();
  }

  @Test
  void two_hundred_clients_are_attached_at_once() throws Exception {
    docker.ok(
        "run",
        "-d",
        "--name",
        "speaker",
        "busybox",
        "sh",
        "-c",
        "while [ ! -e /tmp/go ]; do sleep 0.1; done; echo heard; sleep 1");
    String id = docker.ok("inspect", "-f", "{{.Id}}", "speaker");
    Api api = Api.as(docker);
    List<HttpCall> calls = new ArrayList<>();
    List<Connection> attached = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        HttpCall call = new HttpCall(api.open());
        calls.add(call);
        Headers headers =
            api.headers()
                .with("Connection", "Upgrade")
                .with("Upgrade", "tcp")
                .with("Content-Length", "0");
        call.send(
            new RequestHead("POST", "/containers/" + id + "/attach?stream=1&stdout=1", headers));
        assertThat(call.receive().status()).isEqualTo(101);
        attached.add(call.hijack());
      }
      docker.ok("exec", "speaker", "touch", "/tmp/go");
      for (Connection connection : attached) {
        connection.readTimeout(Duration.ofSeconds(30));
        byte[] frame = connection.in().readAllBytes();
        assertThat(new String(frame, StandardCharsets.UTF_8)).endsWith("heard\n");
      }
    } finally {
      for (HttpCall call : calls) {
        call.close();
      }
    }
  }

  @Test
  void stats_and_top_show_the_tenants_own_names() {
    docker.ok("run", "-d", "--name", "box", "busybox", "sleep", "600");
    assertThat(docker.ok("stats", "--no-stream", "--format", "{{.Name}}", "box")).isEqualTo("box");
    assertThat(docker.ok("stats", "--no-stream", "--format", "{{.Name}}")).isEqualTo("box");
    assertThat(docker.ok("top", "box")).contains("sleep 600");
  }

  @Test
  void diff_and_export_show_the_containers_files() {
    docker.ok("run", "--name", "box", "busybox", "sh", "-c", "echo x >/new; rm /etc/passwd");
    assertThat(docker.run("diff", "box").ok().lines()).contains("A /new", "D /etc/passwd");
    Path tar = directory.resolve("box.tar");
    docker.ok("export", "-o", tar.toString(), "box");
    assertThat(Command.of("tar", "-xOf", tar.toString(), "new").run().ok().out()).isEqualTo("x\n");
  }
}

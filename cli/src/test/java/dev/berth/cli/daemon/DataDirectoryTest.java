package dev.berth.cli.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.cli.CommandFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataDirectoryTest {
  @TempDir private Path dir;
  private DataDirectory data;

  @BeforeEach
  void create() {
    data = new DataDirectory(dir.resolve("data"));
    data.create();
  }

  @Test
  void it_is_closed_to_others() throws IOException {
    data.write(TestRuns.ofThisProcess(data.path(), "tcp://127.0.0.1:1", ""));

    assertThat(permissions(data.path())).isEqualTo("rwx------");
    assertThat(permissions(data.path().resolve("run.json"))).isEqualTo("rw-------");
  }

  @Test
  void what_this_process_wrote_is_running() {
    Run run = TestRuns.ofThisProcess(data.path(), "tcp://127.0.0.1:1", "");
    data.write(run);

    assertThat(data.running()).hasValue(run);
  }

  @Test
  void the_file_of_a_process_that_ended_is_not_running() throws Exception {
    Process process = new ProcessBuilder("sleep", "600").start();
    ProcessMark mark = ProcessMark.of(process.pid()).orElseThrow();
    data.write(run(mark));
    assertThat(data.running()).isPresent();

    process.destroyForcibly().waitFor();

    assertThat(data.running()).isEmpty();
    assertThat(data.lastRun()).isPresent();
  }

  @Test
  void another_process_with_the_same_number_is_not_it() {
    ProcessMark self = ProcessMark.ofSelf();
    data.write(run(new ProcessMark(self.pid(), self.started() + "0")));

    assertThat(data.running()).isEmpty();
  }

  @Test
  void a_damaged_file_is_named() throws IOException {
    Files.writeString(data.path().resolve("run.json"), "{");

    assertThatThrownBy(data::running)
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("run.json: it is damaged");
  }

  @Test
  void one_process_can_claim_it() {
    assertThat(data.claim()).isPresent();
  }

  @Test
  void stopping_ends_the_process_and_forgets_it() throws Exception {
    Process process = new ProcessBuilder("sleep", "600").start();
    data.write(run(ProcessMark.of(process.pid()).orElseThrow()));
    StringWriter said = new StringWriter();

    new Stopper(data, new PrintWriter(said, true)).stop(Duration.ofSeconds(20));

    assertThat(process.isAlive()).isFalse();
    assertThat(data.lastRun()).isEmpty();
    assertThat(said.toString()).contains("Berth is down.");
  }

  @Test
  void a_process_that_does_not_listen_is_killed_after_the_limit() throws Exception {
    Process process =
        new ProcessBuilder("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1; done")
            .start();
    assertThat(process.getInputStream().read()).isEqualTo('r');
    data.write(run(ProcessMark.of(process.pid()).orElseThrow()));
    StringWriter said = new StringWriter();

    new Stopper(data, new PrintWriter(said, true)).stop(Duration.ofMillis(200));

    assertThat(process.isAlive()).isFalse();
    assertThat(said.toString()).contains("killing it");
  }

  @Test
  void stopping_what_died_says_so() {
    data.write(run(new ProcessMark(ProcessHandle.current().pid(), "long ago")));
    StringWriter said = new StringWriter();

    new Stopper(data, new PrintWriter(said, true)).stop(Duration.ofSeconds(1));

    assertThat(said.toString()).contains("Berth had died");
    assertThat(data.lastRun()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void only_what_had_this_machine_for_a_host_takes_the_agents_rules_along(boolean isHost) {
    data.write(run(new ProcessMark(ProcessHandle.current().pid(), "long ago"), isHost));
    AtomicInteger undone = new AtomicInteger();

    new Stopper(data, new PrintWriter(new StringWriter()), undone::incrementAndGet)
        .stop(Duration.ofSeconds(1));

    assertThat(undone).hasValue(isHost ? 1 : 0);
  }

  private Run run(ProcessMark mark) {
    return run(mark, false);
  }

  private Run run(ProcessMark mark, boolean isHost) {
    return new Run(
        mark.pid(),
        mark.started(),
        List.of(new Run.Door("tcp://127.0.0.1:1", "")),
        "127.0.0.1:2377",
        data.path().toString(),
        "",
        isHost);
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}

package dev.berth.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabDownTest {

  @TempDir private Path parent;

  @BeforeAll
  static void machine() {
    Machine.require();
  }

  @Test
  void two_labs_run_side_by_side_and_leave_nothing() throws IOException {
    String before = Machine.commonGround();
    Path directory = parent.resolve("one");
    try (Lab one = Lab.create(directory);
        Lab two = Lab.create(parent.resolve("two"))) {
      LabHost ours = one.addHost();
      LabHost theirs = two.addHost();
      assertThat(ours.address()).isNotEqualTo(theirs.address());
      Containers.on(ours).start("left-running", "busybox", List.of("sleep", "1000"));
      assertThat(
              Containers.on(theirs)
                  .engine()
                  .request("GET", "/containers/left-running/json", Duration.ofSeconds(5))
                  .status())
          .isEqualTo(404);
      ours.spawn(List.of("sleep", "1000"), Map.of(), directory.resolve("h1/sleep.log"));
      List<String> namespaces = Machine.networkNamespaces(one);
      assertThat(Machine.tracesOf(one.id(), directory, namespaces)).isNotEmpty();

      one.down();

      assertThat(Machine.tracesOf(one.id(), directory, namespaces)).isEmpty();
      assertThat(Containers.on(theirs).run("unharmed", "busybox", "echo", "here"))
          .isEqualTo("here");
      one.down();
    }
    assertThat(Machine.commonGround()).isEqualTo(before);
  }

  @Test
  void a_lab_whose_maker_died_is_opened_used_and_taken_down() throws Exception {
    Path directory = parent.resolve("lab");
    assertThat(make(directory).waitFor()).isEqualTo(42);
    assertThatThrownBy(() -> Lab.create(directory)).hasMessageContaining("there is a lab in");

    Lab lab = Lab.open(directory);
    LabHost host = lab.host(1);
    assertThat(host.isEngineRunning()).isTrue();
    assertThat(host.processes()).hasSize(1);
    assertThat(Containers.on(host).run("after", "busybox", "echo", "still here"))
        .isEqualTo("still here");
    host.powerCut();
    host.start();
    List<String> namespaces = Machine.networkNamespaces(lab);
    Lab.open(directory).down();

    assertThat(Machine.tracesOf(lab.id(), directory, namespaces)).isEmpty();
    assertThatThrownBy(() -> Lab.open(directory)).hasMessageContaining("there is no lab in");
  }

  @Test
  void a_lab_whose_maker_was_killed_half_way_is_taken_down() throws Exception {
    Path directory = parent.resolve("lab");
    Process maker = make(directory);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> Files.exists(directory.resolve("h1/engine.log")));
    maker.destroyForcibly();
    assertThat(maker.waitFor(10, TimeUnit.SECONDS)).isTrue();

    Lab lab = Lab.open(directory);
    lab.down();

    assertThat(Machine.tracesOf(lab.id(), directory, List.of())).isEmpty();
  }

  @Test
  void a_directory_with_a_long_name_will_do_and_what_others_put_there_stays() throws IOException {
    Path directory =
        Files.createDirectories(parent.resolve("a-directory-with-a-long-name-".repeat(5)));
    try (Lab lab = Lab.create(directory)) {
      LabHost host = lab.addHost();
      assertThat(host.engineSocket().toString()).startsWith("/run/berth-lab-");
      assertThat(Containers.on(host).run("hello", "busybox", "echo", "hello")).isEqualTo("hello");
      Files.writeString(directory.resolve("mine"), "kept");
      lab.down();
      assertThat(Machine.tracesOf(lab.id(), directory.resolve("h1"), List.of())).isEmpty();
      assertThat(directory).isDirectoryContaining("glob:**/mine");
    }
  }

  private static Process make(Path directory) throws IOException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    return new ProcessBuilder(
            java.toString(),
            "-cp",
            System.getProperty("java.class.path"),
            LabMaker.class.getName(),
            directory.toString())
        .inheritIO()
        .start();
  }
}

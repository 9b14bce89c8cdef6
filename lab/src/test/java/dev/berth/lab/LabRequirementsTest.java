package dev.berth.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LabRequirementsTest {

  @BeforeAll
  static void machine() {
    Machine.require();
  }

  @Test
  void nothing_is_missing_on_a_machine_that_runs_these_tests() {
    assertThat(LabRequirements.missing()).isEmpty();
  }

  @Test
  void a_program_that_needs_a_loader_is_not_static() {
    assertThat(LabRequirements.isStatic(Path.of("/bin/busybox"))).isTrue();
    assertThat(LabRequirements.isStatic(Path.of("/bin/ls"))).isFalse();
    assertThat(LabRequirements.isStatic(Path.of("/etc/passwd"))).isFalse();
    assertThat(LabRequirements.isStatic(Path.of("/nowhere"))).isFalse();
  }
}

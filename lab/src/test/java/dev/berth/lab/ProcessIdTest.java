package dev.berth.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ProcessIdTest {

  @BeforeAll
  static void machine() {
    Machine.require();
  }

  @Test
  void a_process_that_got_the_number_of_an_earlier_one_is_not_it_and_is_not_killed()
      throws IOException {
    Process process = new ProcessBuilder("sleep", "100").start();
    try {
      ProcessId now = ProcessId.of(process.pid());
      ProcessId earlier = new ProcessId(now.pid(), now.startTick() - 1);
      assertThat(now.isAlive()).isTrue();
      assertThat(earlier.isAlive()).isFalse();
      earlier.kill();
      assertThat(now.isAlive()).isTrue();
      now.kill();
      assertThat(Patience.await(Duration.ofSeconds(10), () -> !now.isAlive())).isTrue();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void no_process_is_never_alive() {
    assertThat(ProcessId.NONE.isAlive()).isFalse();
    ProcessId.NONE.kill();
  }
}

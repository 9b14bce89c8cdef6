package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgressTest {
  @TempDir private Path home;

  @Test
  void work_that_is_quick_is_not_told() {
    TestDesk desk = new TestDesk(home).atTerminal();

    assertThat(Progress.show(desk.surroundings(), "counting", () -> 3)).isEqualTo(3);
    assertThat(desk.err()).isEmpty();
  }

  @Test
  void the_line_of_work_that_fails_is_gone_before_the_failure_is_told() {
    TestDesk desk = new TestDesk(home).atTerminal();

    assertThatThrownBy(
            () ->
                Progress.show(
                    desk.surroundings(),
                    "counting",
                    () -> {
                      await()
                          .atMost(Duration.ofSeconds(30))
                          .until(() -> desk.err().endsWith(" now"));
                      throw new CommandFailure("there are too many");
                    }))
        .hasMessage("there are too many");
    assertThat(desk.err())
        .startsWith("\r\033[Kberth: counting, for 1 s now")
        .endsWith(" now\r\033[K");
  }
}

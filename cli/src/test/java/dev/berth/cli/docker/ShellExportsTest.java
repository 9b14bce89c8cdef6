package dev.berth.cli.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellExportsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "",
        "with space",
        "it's",
        "'",
        "''\\''",
        "$(touch /nonexistent/x)",
        "`id`",
        "a\nb",
        "back\\slash",
        "\"double\"",
        "!$*?[~#;&|<>"
      })
  void a_shell_reads_the_value_as_it_was(String value) throws IOException {
    String script =
        String.join("\n", new ShellExports().export("V", value).lines()) + "\nprintf '%s.' \"$V\"";

    Process shell = new ProcessBuilder("sh", "-c", script).start();

    assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo(value + ".");
  }
}

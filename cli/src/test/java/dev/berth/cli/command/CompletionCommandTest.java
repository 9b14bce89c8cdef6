package dev.berth.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.cli.TestDesk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Completions in real shells, and pages for the real formatter. */
final class CompletionCommandTest {
  @TempDir private Path directory;
  private TestDesk desk;

  @BeforeEach
  void setUp() {
    desk = new TestDesk(directory.resolve("home"));
  }

  private static String shell(String... words) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).describedAs(out).isZero();
    return out;
  }

  private Path script(String shell) throws IOException {
    assertThat(desk.run("completion", shell)).isZero();
    return Files.writeString(directory.resolve("berth." + shell), desk.out());
  }

  @ParameterizedTest
  @CsvSource({"berth ho,host", "berth host dr,drain", "berth host drain --ti,--timeout"})
  void bash_completes_commands_and_options(String line, String word) throws Exception {
    String out =
        shell(
            "bash",
            "-c",
            "source %s; COMP_LINE='%s'; COMP_WORDS=(%s); COMP_CWORD=$((${#COMP_WORDS[@]}-1)); _complete_berth 2>/dev/null; echo \"${COMPREPLY[@]}\""
                .formatted(script("bash"), line, line));
    assertThat(out.strip().split(" ")).contains(word);
  }

  @ParameterizedTest
  @CsvSource({"berth ho,host", "berth host dr,drain", "berth host drain --ti,--timeout"})
  void fish_completes_commands_and_options(String line, String word) throws Exception {
    String out =
        shell(
            "fish",
            "--no-config",
            "-c",
            "source %s; complete -C '%s'".formatted(script("fish"), line));
    assertThat(out.lines().map(each -> each.split("\t")[0])).contains(word);
  }

  @Test
  void fish_offers_no_command_of_another_level() throws Exception {
    String out =
        shell(
            "fish",
            "--no-config",
            "-c",
            "source %s; complete -C 'berth host '".formatted(script("fish")));
    assertThat(out.lines().map(each -> each.split("\t")[0]))
        .contains("drain", "token")
        .doesNotContain("up", "login", "warm-up");
  }

  @Test
  void zsh_takes_the_script() throws Exception {
    assertThat(
            shell(
                "zsh",
                "-f",
                "-c",
                "source %s && whence -w _complete_berth".formatted(script("zsh"))))
        .contains("_complete_berth: function");
  }

  @Test
  void an_unknown_shell_is_told() {
    assertThat(desk.run("completion", "tcsh")).isEqualTo(2);
    assertThat(desk.err()).contains("bash", "zsh", "fish");
  }

  @Test
  void each_command_has_a_manual_page_that_the_formatter_does_not_complain_of() throws Exception {
    Path target = directory.resolve("man1");
    assertThat(desk.run("man", target.toString())).isZero();
    assertThat(desk.out()).contains("pages are in");
    List<Path> pages;
    try (Stream<Path> files = Files.list(target)) {
      pages = files.sorted().toList();
    }
    assertThat(pages)
        .extracting(page -> page.getFileName().toString())
        .contains("berth.1", "berth-host.1", "berth-host-drain.1", "berth-host-token-ls.1")
        .doesNotContain("berth-warm-up.1", "berth-help.1");
    for (Path page : pages) {
      String out = shell("groff", "-man", "-ww", "-Tutf8", page.toString());
      assertThat(out).describedAs(page.toString()).doesNotContain("warning:");
      assertThat(Files.readString(page)).contains("EXIT STATUS");
    }
  }

  @Test
  void every_command_says_what_it_does() {
    describe(Commands.tree(desk.surroundings()));
  }

  private static void describe(CommandLine command) {
    if (command.getCommandSpec().usageMessage().hidden()) {
      return;
    }
    assertThat(command.getCommandSpec().usageMessage().description())
        .describedAs(command.getCommandSpec().qualifiedName())
        .isNotEmpty();
    command.getSubcommands().values().forEach(CompletionCommandTest::describe);
  }
}

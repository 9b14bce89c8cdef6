package dev.berth.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.cli.TestDesk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class ExamplesTest {
  @TempDir private Path home;

  private CommandLine tree() {
    return Commands.tree(new TestDesk(home).surroundings());
  }

  private static List<CommandLine> all(CommandLine command) {
    List<CommandLine> all = new ArrayList<>();
    for (CommandLine sub : command.getSubcommands().values().stream().distinct().toList()) {
      boolean isOurs = !(sub.getCommand() instanceof CommandLine.HelpCommand);
      if (isOurs && !sub.getCommandSpec().usageMessage().hidden()) {
        all.add(sub);
        all.addAll(all(sub));
      }
    }
    return all;
  }

  @TestFactory
  Stream<DynamicTest> every_command_has_an_example_of_its_own_that_can_be_run() {
    return all(tree()).stream()
        .map(
            command ->
                DynamicTest.dynamicTest(
                    command.getCommandSpec().qualifiedName(), () -> require(command)));
  }

  private void require(CommandLine command) {
    String name = command.getCommandSpec().qualifiedName();
    List<String> examples = Examples.of(command.getCommandSpec());
    assertThat(examples).isNotEmpty();
    for (String example : examples) {
      assertThat(example).startsWith(name.substring(0, name.lastIndexOf(' ') + 1));
      String[] words = example.substring("berth ".length()).replace("'", "").split(" ");
      // Throws when an option is not one, or a word is missing.
      assertThat(tree().parseArgs(joined(words)).hasSubcommand()).describedAs(example).isTrue();
    }
    String help = command.getUsageMessage().replaceAll("\\s+", " ");
    assertThat(help).containsPattern("Examples?: ").contains(examples.getFirst());
    assertThat(ManPage.of(command)).contains(".SH EXAMPLES");
  }

  /** A template in quotes is one word. */
  private static String[] joined(String[] words) {
    List<String> joined = new ArrayList<>();
    for (String word : words) {
      if (word.startsWith("{{")) {
        joined.add(joined.removeLast() + " " + word);
      } else {
        joined.add(word);
      }
    }
    return joined.toArray(String[]::new);
  }

  @Test
  void the_first_command_s_help_tells_of_the_exit_status() {
    assertThat(tree().getUsageMessage())
        .contains("Exit status: 0 when it is done, 1 when it failed");
  }
}

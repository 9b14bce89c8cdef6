package dev.berth.cli.command;

import dev.berth.cli.CommandFailure;
import dev.berth.cli.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "man",
    description = {
      "Write a manual page for each command into a directory:",
      "",
      "  berth man ~/.local/share/man/man1 && man berth-host-drain"
    })
final class ManCommand implements Runnable {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "DIR", description = "Where the pages go; made when it is missing.")
  private Path directory;

  ManCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public void run() {
    Map<String, String> pages = new TreeMap<>();
    collect(Commands.tree(surroundings), pages);
    try {
      Files.createDirectories(directory);
      for (Map.Entry<String, String> page : pages.entrySet()) {
        Files.writeString(directory.resolve(page.getKey() + ".1"), page.getValue());
      }
    } catch (IOException e) {
      throw new CommandFailure(
          "cannot write into %s (%s): name a directory that is yours"
              .formatted(directory, e.getMessage()),
          e);
    }
    surroundings.out().printf("%d pages are in %s%n", pages.size(), directory);
    surroundings.out().flush();
  }

  private static void collect(CommandLine command, Map<String, String> pages) {
    if (command.getCommandSpec().usageMessage().hidden()
        || command.getCommand() instanceof CommandLine.HelpCommand) {
      return;
    }
    pages.put(ManPage.name(command), ManPage.of(command));
    command.getSubcommands().values().forEach(sub -> collect(sub, pages));
  }
}

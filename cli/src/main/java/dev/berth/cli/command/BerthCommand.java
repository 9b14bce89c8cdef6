package dev.berth.cli.command;

import dev.berth.cli.Surroundings;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "berth",
    description = {
      "One Docker endpoint for a whole fleet, and a private Docker engine for every tenant.",
      ""
    },
    synopsisHeading = "Usage: ",
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "Start with: berth up",
      "Exit status: 0 when it is done, 1 when it failed, 2 when the words cannot be understood."
    })
final class BerthCommand implements Runnable {
  private final Surroundings surroundings;

  @Spec private CommandSpec spec;

  @Option(names = "--version", description = "Show the version.")
  private boolean isVersion;

  BerthCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public void run() {
    if (!isVersion) {
      throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
    }
    surroundings.out().println("berth " + VersionCommand.version());
  }
}

package dev.berth.cli.command;

import dev.berth.cli.Surroundings;
import java.util.Optional;
import picocli.CommandLine.Command;

@Command(name = "version", description = "Show the version.")
final class VersionCommand implements Runnable {
  private final Surroundings surroundings;

  VersionCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public void run() {
    surroundings.out().println("berth " + version());
  }

  /** As the jar says; classes that run outside of it are in development. */
  static String version() {
    return Optional.ofNullable(VersionCommand.class.getPackage().getImplementationVersion())
        .orElse("development");
  }
}

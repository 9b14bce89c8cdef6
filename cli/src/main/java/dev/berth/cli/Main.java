package dev.berth.cli;

import dev.berth.cli.command.Commands;

/** Where {@code berth} starts. */
public final class Main {
  private Main() {}

  public static void main(String[] words) {
    System.exit(Commands.run(Surroundings.ofProcess(), words));
  }
}

package dev.berth.cli.command;

import dev.berth.cli.CommandFailure;
import dev.berth.cli.Surroundings;
import dev.berth.common.config.ConfigException;
import dev.berth.lab.LabException;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.OptionSpec;

/** The tree of commands, and how it fails. */
public final class Commands {
  private Commands() {}

  /** Runs one command line and gives its exit code: 0, 1 when the command failed, 2 for misuse. */
  public static int run(Surroundings surroundings, String... words) {
    return tree(surroundings).execute(words);
  }

  static CommandLine tree(Surroundings surroundings) {
    CommandLine tree =
        new CommandLine(new BerthCommand(surroundings))
            .addSubcommand(new UpCommand(surroundings))
            .addSubcommand(new DownCommand(surroundings))
            .addSubcommand(new StatusCommand(surroundings))
            .addSubcommand(new EnvCommand(surroundings))
            .addSubcommand(new LoginCommand(surroundings))
            .addSubcommand(new LogoutCommand(surroundings))
            .addSubcommand(new WhoamiCommand(surroundings))
            .addSubcommand(new TenantCommand(surroundings))
            .addSubcommand(new UserCommand(surroundings))
            .addSubcommand(new HostCommand(surroundings))
            .addSubcommand(new ManagerCommand(surroundings))
            .addSubcommand(new AgentCommand(surroundings))
            .addSubcommand(new ConfigCommand(surroundings))
            .addSubcommand(new VersionCommand(surroundings))
            .addSubcommand(new CommandLine.HelpCommand());
    addHelp(tree);
    tree.setCaseInsensitiveEnumValuesAllowed(true);
    tree.setOut(surroundings.out());
    tree.setErr(surroundings.err());
    tree.setColorScheme(
        CommandLine.Help.defaultColorScheme(surroundings.isTerminal() ? Ansi.AUTO : Ansi.OFF));
    tree.setParameterExceptionHandler((e, _) -> misuse(surroundings, e));
    tree.setExecutionExceptionHandler((e, _, _) -> failure(surroundings, e));
    return tree;
  }

  private static void addHelp(CommandLine command) {
    command
        .getCommandSpec()
        .addOption(
            OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help.")
                .build());
    command.getSubcommands().values().stream()
        .filter(each -> !(each.getCommand() instanceof CommandLine.HelpCommand))
        .forEach(Commands::addHelp);
  }

  private static int misuse(Surroundings surroundings, CommandLine.ParameterException e) {
    debug(surroundings, e);
    surroundings
        .err()
        .printf(
            "berth: %s; see `%s --help`%n",
            firstLine(e), e.getCommandLine().getCommandSpec().qualifiedName());
    surroundings.err().flush();
    return ExitCode.USAGE;
  }

  private static int failure(Surroundings surroundings, Exception e) {
    debug(surroundings, e);
    String sentence =
        switch (e) {
          case CommandFailure _, ConfigException _, LabException _ -> e.getMessage();
          default ->
              "%s: %s; set BERTH_DEBUG=1 to see where"
                  .formatted(e.getClass().getSimpleName(), firstLine(e));
        };
    surroundings.err().println("berth: " + sentence);
    surroundings.err().flush();
    return ExitCode.SOFTWARE;
  }

  private static void debug(Surroundings surroundings, Exception e) {
    if (surroundings.variable("BERTH_DEBUG").isPresent()) {
      e.printStackTrace(surroundings.err());
    }
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}

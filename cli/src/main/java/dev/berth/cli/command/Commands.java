package dev.berth.cli.command;

import dev.berth.cli.CommandFailure;
import dev.berth.cli.Surroundings;
import dev.berth.common.config.ConfigException;
import dev.berth.lab.LabException;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.OptionSpec;

/** The tree of commands, and how it fails. */
public final class Commands {
  private Commands() {}

  /** In the order of the help. */
  private static final List<Entry> ENTRIES =
      List.of(
          new Entry("up", UpCommand::new),
          new Entry("down", DownCommand::new),
          new Entry("status", StatusCommand::new),
          new Entry("env", EnvCommand::new),
          new Entry("login", LoginCommand::new),
          new Entry("logout", LogoutCommand::new),
          new Entry("whoami", WhoamiCommand::new),
          new Entry("quota", QuotaCommand::new),
          new Entry("tenant", TenantCommand::new),
          new Entry("user", UserCommand::new),
          new Entry("token", TokenCommand::new),
          new Entry("policy", PolicyCommand::new),
          new Entry("explain", ExplainCommand::new),
          new Entry("context", ContextCommand::new),
          new Entry(
              "host",
              surroundings ->
                  new CommandLine(new HostCommand(surroundings))
                      .addSubcommand(new HostTokenCommand(surroundings))),
          new Entry("top", TopCommand::new),
          new Entry("rebalance", RebalanceCommand::new),
          new Entry("events", EventsCommand::new),
          new Entry("audit", AuditCommand::new),
          new Entry("manager", ManagerCommand::new),
          new Entry("agent", AgentCommand::new),
          new Entry("config", ConfigCommand::new),
          new Entry("completion", CompletionCommand::new),
          new Entry("man", ManCommand::new),
          new Entry("version", VersionCommand::new),
          new Entry("warm-up", WarmUpCommand::new));

  private record Entry(String name, Function<Surroundings, Object> maker) {}

  /** Runs one command line and gives its exit code: 0, 1 when the command failed, 2 for misuse. */
  public static int run(Surroundings surroundings, String... words) {
    return tree(surroundings, words).execute(words);
  }

  /**
   * The tree that a command line needs. Reading a command's options from its class takes time that
   * is felt, so that only the one that is named is read, or all for help and for mistakes.
   */
  static CommandLine tree(Surroundings surroundings, String... words) {
    CommandLine tree = new CommandLine(new BerthCommand(surroundings));
    boolean isOne =
        words.length > 0 && ENTRIES.stream().anyMatch(entry -> entry.name().equals(words[0]));
    for (Entry entry : ENTRIES) {
      if (!isOne || entry.name().equals(words[0])) {
        tree.addSubcommand(entry.maker().apply(surroundings));
      }
    }
    if (!isOne) {
      tree.addSubcommand(new CommandLine.HelpCommand());
    }
    addHelp(tree);
    Examples.addTo(tree);
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
        .distinct()
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

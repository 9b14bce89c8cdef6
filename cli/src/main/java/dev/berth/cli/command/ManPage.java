package dev.berth.cli.command;

import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** A manual page of one command, in the words of man(7). */
final class ManPage {
  private final CommandSpec spec;
  private final StringBuilder page = new StringBuilder();

  private ManPage(CommandSpec spec) {
    this.spec = spec;
  }

  /** As berth-host-drain. */
  static String name(CommandLine command) {
    return command.getCommandSpec().qualifiedName("-");
  }

  static String of(CommandLine command) {
    ManPage page = new ManPage(command.getCommandSpec());
    page.write(command);
    return page.page.toString();
  }

  private void write(CommandLine command) {
    List<String> description = List.of(spec.usageMessage().description());
    line(".TH \"%s\" 1 \"\" Berth \"Berth Manual\"".formatted(name(command)));
    line(".ad l");
    line(".SH NAME");
    line(text(name(command) + " - " + (description.isEmpty() ? "" : description.getFirst())));
    line(".SH SYNOPSIS");
    // The help says it in one line, after its heading.
    line(text(command.getHelp().synopsis(0).strip()));
    line(".SH DESCRIPTION");
    description.forEach(this::paragraph);
    if (!spec.positionalParameters().isEmpty()) {
      line(".SH ARGUMENTS");
      spec.positionalParameters().stream()
          .filter(each -> !each.hidden())
          .forEach(each -> item(each.paramLabel(), each));
    }
    line(".SH OPTIONS");
    spec.options().stream().filter(each -> !each.hidden()).forEach(each -> item(names(each), each));
    if (command.getSubcommands().values().stream().anyMatch(ManPage::isShown)) {
      line(".SH COMMANDS");
      for (Map.Entry<String, CommandLine> sub : command.getSubcommands().entrySet()) {
        if (isShown(sub.getValue())) {
          line(".TP");
          line(".B " + text(sub.getKey()));
          String[] lines = sub.getValue().getCommandSpec().usageMessage().description();
          line(text(lines.length == 0 ? "" : lines[0]));
        }
      }
    }
    List<String> examples = Examples.of(spec);
    if (!examples.isEmpty()) {
      line(".SH EXAMPLES");
      line(".nf");
      examples.forEach(each -> line(text(each)));
      line(".fi");
    }
    line(".SH \"EXIT STATUS\"");
    line("0 when it is done, 1 when it failed, 2 when the command line cannot be understood.");
  }

  private static boolean isShown(CommandLine command) {
    return !command.getCommandSpec().usageMessage().hidden();
  }

  private static String names(OptionSpec option) {
    String names = String.join(", ", option.names());
    return option.arity().max() > 0 ? names + " " + option.paramLabel() : names;
  }

  private void item(String name, ArgSpec argument) {
    line(".TP");
    line(".B " + text(name));
    line(text(String.join(" ", argument.description())));
  }

  private void paragraph(String description) {
    if (description.isEmpty()) {
      line(".PP");
    } else if (description.startsWith("  ")) {
      line(".nf");
      line(text(description));
      line(".fi");
    } else {
      line(text(description));
    }
  }

  /** As it is to be read: a point or quote at the begin of a line would be a request. */
  private static String text(String plain) {
    String escaped =
        plain.replace("%n", " ").replace("%%", "%").replace("\\", "\\e").replace("-", "\\-");
    return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
  }

  private void line(String line) {
    page.append(line).append('\n');
  }
}

package dev.berth.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Completions in the words of fish, which picocli does not know. */
final class FishCompletion {
  private final StringBuilder script = new StringBuilder();

  private FishCompletion() {}

  static String of(CommandLine tree) {
    FishCompletion completion = new FishCompletion();
    completion.script.append(
        """
        function __berth_at
            set -l words (commandline -opc)
            set -e words[1]
            set -l path
            for word in $words
                if not string match -q -- '-*' $word
                    set path $path $word
                end
            end
            set -l wanted (string split ' ' -- "$argv[1]")
            if test -z "$argv[1]"
                set wanted
            end
            set -l count (count $wanted)
            test (count $path) -ge $count; or return 1
            test $count -eq 0; and test (count $path) -eq 0; and return 0
            test $count -gt 0; and test "$path[1..$count]" = "$argv[1]"
        end
        complete -c berth -f
        """);
    completion.add(tree, List.of());
    return completion.script.toString();
  }

  private void add(CommandLine command, List<String> path) {
    String at = String.join(" ", path);
    for (Map.Entry<String, CommandLine> sub : command.getSubcommands().entrySet()) {
      if (!sub.getValue().getCommandSpec().usageMessage().hidden()) {
        line(at, "-a " + quoted(sub.getKey()), description(sub.getValue()));
      }
    }
    for (OptionSpec option : command.getCommandSpec().options()) {
      if (!option.hidden()) {
        StringBuilder names = new StringBuilder();
        for (String name : option.names()) {
          names.append(name.startsWith("--") ? "-l " + name.substring(2) : "-s " + name.charAt(1));
          names.append(' ');
        }
        boolean takesValue = option.arity().max() > 0;
        line(
            at,
            names.toString().strip() + (takesValue ? " -r" : ""),
            option.description().length == 0 ? "" : option.description()[0]);
      }
    }
    for (Map.Entry<String, CommandLine> sub : command.getSubcommands().entrySet()) {
      if (!sub.getValue().getCommandSpec().usageMessage().hidden()) {
        List<String> deeper = new ArrayList<>(path);
        deeper.add(sub.getKey());
        add(sub.getValue(), deeper);
      }
    }
  }

  private static String description(CommandLine command) {
    String[] lines = command.getCommandSpec().usageMessage().description();
    return lines.length == 0 ? "" : lines[0];
  }

  private void line(String at, String what, String description) {
    script.append("complete -c berth -n ").append(quoted("__berth_at " + fishQuoted(at)));
    script.append(' ').append(what);
    if (!description.isEmpty()) {
      script.append(" -d ").append(quoted(description.replace("%%", "%")));
    }
    script.append('\n');
  }

  private static String fishQuoted(String text) {
    return "\"" + text + "\"";
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}

package dev.berth.cli.command;

import dev.berth.cli.Surroundings;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "completion",
    description = {
      "Print what completes the words of `berth` with the tab key:",
      "",
      "  source <(berth completion bash)",
      "  source <(berth completion zsh)",
      "  berth completion fish | source",
      "",
      "A line like this in the shell's own start file does it for good."
    })
final class CompletionCommand implements Runnable {
  private final Surroundings surroundings;

  /** The shells that are known. */
  enum Shell {
    bash,
    zsh,
    fish
  }

  @Parameters(paramLabel = "bash|zsh|fish", description = "Your shell.")
  private Shell shell;

  CompletionCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public void run() {
    CommandLine tree = Commands.tree(surroundings);
    surroundings
        .out()
        .print(
            switch (shell) {
              case bash -> AutoComplete.bash("berth", tree);
              case zsh ->
                  "autoload -U +X compinit && compinit\n" + AutoComplete.bash("berth", tree);
              case fish -> FishCompletion.of(tree);
            });
    surroundings.out().flush();
  }
}

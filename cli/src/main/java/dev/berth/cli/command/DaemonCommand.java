package dev.berth.cli.command;

import dev.berth.cli.CommandFailure;
import dev.berth.cli.Surroundings;
import dev.berth.cli.daemon.DataDirectory;
import dev.berth.cli.daemon.Detached;
import dev.berth.cli.daemon.Lifeline;
import dev.berth.cli.logging.Logging;
import dev.berth.common.config.Config;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** What the commands that stay running have in common. */
final class DaemonCommand {
  private final Surroundings surroundings;
  private final DataDirectory data;
  private final Config config;

  DaemonCommand(Surroundings surroundings, DataDirectory data, Config config) {
    this.surroundings = surroundings;
    this.data = data;
    this.config = config;
  }

  /** Starts parts, tells so, and stays until the process is told to end. */
  void run(Consumer<Lifeline> start) {
    data.create();
    Optional<FileLock> claim = data.claim();
    if (claim.isEmpty()) {
      throw new CommandFailure(
          "another berth process uses %s: stop it with `berth down`, or use another directory with --data"
              .formatted(data.path()));
    }
    Optional<Path> file =
        surroundings.variable(Detached.VARIABLE).isPresent()
            ? Optional.of(data.log())
            : Optional.empty();
    Logging.install(config, surroundings.isTerminal(), file);
    try (Lifeline lifeline = new Lifeline()) {
      lifeline.closeOnExit();
      start.accept(lifeline);
      lifeline.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted", e);
    }
  }
}

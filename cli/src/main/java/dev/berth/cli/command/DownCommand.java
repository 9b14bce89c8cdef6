package dev.berth.cli.command;

import dev.berth.cli.Surroundings;
import dev.berth.cli.daemon.DataDirectory;
import dev.berth.cli.daemon.Stopper;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "down",
    description = "Stop what `berth up` started; a lab goes with it, with all that was in it.")
final class DownCommand implements Runnable {
  private final Surroundings surroundings;

  @Mixin private ConfigOptions options;

  @Option(
      names = "--within",
      paramLabel = "TIME",
      defaultValue = "30s",
      converter = Lifetime.class,
      description = "How long to wait before it is killed (default: 30s).")
  private Duration limit;

  DownCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public void run() {
    DataDirectory data =
        new DataDirectory(ConfigOptions.data(surroundings, options.load(surroundings)));
    new Stopper(data, surroundings.out()).stop(limit);
  }
}

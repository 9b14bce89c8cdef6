package dev.berth.cli.command;

import dev.berth.cli.Surroundings;
import dev.berth.common.config.Config;
import dev.berth.common.config.ConfigPage;
import dev.berth.common.config.Setting;
import dev.berth.common.config.Settings;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "config",
    description = "Show the configuration in force and where each value was set.")
final class ConfigCommand implements Runnable {
  private final Surroundings surroundings;

  @Mixin private ConfigOptions options;

  @Option(
      names = "--describe",
      paramLabel = "plain|markdown",
      description = "Instead, describe every key.")
  private Style describe;

  /** How the keys are described. */
  enum Style {
    PLAIN,
    MARKDOWN
  }

  ConfigCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Spec
  void spec(CommandSpec spec) {
    List<String> footer = new ArrayList<>(List.of("", "Keys:"));
    ConfigPage.plain().forEach(line -> footer.add("  " + line.replace("%", "%%")));
    spec.usageMessage().footer(footer.toArray(String[]::new));
  }

  @Override
  public void run() {
    PrintWriter out = surroundings.out();
    switch (describe) {
      case null -> print(options.load(surroundings), out);
      case PLAIN -> ConfigPage.plain().forEach(out::println);
      case MARKDOWN -> out.print(ConfigPage.markdown());
    }
    out.flush();
  }

  private void print(Config config, PrintWriter out) {
    Table table = new Table("KEY", "VALUE", "SET BY");
    for (Setting<?> setting : Settings.ALL) {
      String value =
          setting.equals(Settings.DATA)
              ? ConfigOptions.data(surroundings, config).toString()
              : config.text(setting);
      table.row(setting.key(), value.isEmpty() ? "-" : value, config.origin(setting));
    }
    table.print(out);
  }
}

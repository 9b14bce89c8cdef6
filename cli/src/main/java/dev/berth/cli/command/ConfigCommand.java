package dev.berth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
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
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "config",
    description = "Show the configuration in force and where each value was set.")
final class ConfigCommand implements Runnable {
  private final Surroundings surroundings;

  @Mixin private ConfigOptions options;
  @Mixin private OutputOptions output;

  private CommandSpec spec;

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
    this.spec = spec;
    List<String> footer = new ArrayList<>(List.of("", "Keys:"));
    ConfigPage.plain().forEach(line -> footer.add("  " + line.replace("%", "%%")));
    spec.usageMessage().footer(footer.toArray(String[]::new));
  }

  @Override
  public void run() {
    PrintWriter out = surroundings.out();
    if (describe != null && !output.isText()) {
      throw new ParameterException(
          spec.commandLine(), "--describe prints plain or markdown: leave --format out");
    }
    switch (describe) {
      case null -> print(options.load(surroundings));
      case PLAIN -> ConfigPage.plain().forEach(out::println);
      case MARKDOWN -> out.print(ConfigPage.markdown());
    }
    out.flush();
  }

  private void print(Config config) {
    ArrayNode settings = JsonNodeFactory.instance.arrayNode();
    for (Setting<?> setting : Settings.ALL) {
      settings
          .addObject()
          .put("key", setting.key())
          .put(
              "value",
              setting.equals(Settings.DATA)
                  ? ConfigOptions.data(surroundings, config).toString()
                  : config.text(setting))
          .put("setBy", config.origin(setting));
    }
    output.print(surroundings, settings, () -> table(settings));
  }

  private void table(JsonNode settings) {
    Table table = new Table("KEY", "VALUE", "SET BY");
    for (JsonNode setting : settings) {
      String value = setting.path("value").asText();
      table.row(
          setting.path("key").asText(),
          value.isEmpty() ? "-" : value,
          setting.path("setBy").asText());
    }
    table.print(surroundings.out());
  }
}

package dev.berth.common.config;

import java.util.ArrayList;
import java.util.List;

/** The documentation of all settings, made from their list. */
public final class ConfigPage {
  private static final String HEAD =
      """
      # Configuration

      Berth needs no configuration to start. What you set is taken from the command line (`--set KEY=VALUE`, or the
      option of its own that a key has), else from the environment variable, else from the file, else it is the default.

      The file is YAML: the one of `--config`, else of `BERTH_CONFIG`, else `~/.berth/berth.yaml`, else
      `/etc/berth/berth.yaml`. An unknown key is an error. `berth config` prints what is in force and where it was set.

      ```yaml
      manager:
        listen: [tcp://127.0.0.1:2375, tls://0.0.0.0:2376]
        advertise: berth.example.org
      agent:
        labels: {zone: a, disk: ssd}
      ```

      This page is made from the list of settings in the code: change it there, then run
      `./berth config --describe markdown > docs/configuration.md`.

      | key | type | default | variable | what it is |
      |---|---|---|---|---|
      """;

  private ConfigPage() {}

  /** The page {@code docs/configuration.md}. */
  public static String markdown() {
    StringBuilder page = new StringBuilder(HEAD);
    for (Setting<?> setting : Settings.ALL) {
      String fallback =
          setting.fallback().isEmpty() ? setting.unset() : "`" + setting.fallback() + "`";
      page.append(
          "| `%s` | %s | %s | `%s` | %s |\n"
              .formatted(
                  setting.key(),
                  setting.type().name(),
                  fallback,
                  setting.variable(),
                  setting.sentence()));
    }
    return page.toString();
  }

  /** The same for a terminal, a few lines for each setting. */
  public static List<String> plain() {
    List<String> lines = new ArrayList<>();
    for (Setting<?> setting : Settings.ALL) {
      String fallback = setting.fallback().isEmpty() ? setting.unset() : setting.fallback();
      lines.add(setting.key() + "  (" + setting.variable() + ")");
      lines.add("    " + setting.sentence().replace("`", ""));
      lines.add("    Default: " + fallback.replace("`", ""));
    }
    return List.copyOf(lines);
  }
}

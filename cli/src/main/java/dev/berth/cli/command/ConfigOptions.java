package dev.berth.cli.command;

import dev.berth.cli.CommandFailure;
import dev.berth.cli.Surroundings;
import dev.berth.common.config.Config;
import dev.berth.common.config.Setting;
import dev.berth.common.config.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The options by which every command finds its configuration. */
final class ConfigOptions {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where Berth keeps its files (default: ~/.berth, for root /var/lib/berth).")
  private Path data;

  @Option(names = "--config", paramLabel = "FILE", description = "The configuration file.")
  private Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Set a key of the configuration; see `berth help config`.")
  private Map<String, String> set = new LinkedHashMap<>();

  /** What is in force, with the values of a command's own options by key. */
  private Config load(
      Optional<Path> source, Surroundings surroundings, Map<Setting<?>, List<String>> options) {
    Map<String, List<String>> overrides = new LinkedHashMap<>();
    set.forEach((key, value) -> overrides.put(key, List.of(value)));
    if (data != null) {
      overrides.put(Settings.DATA.key(), List.of(data.toString()));
    }
    options.forEach(
        (setting, values) -> {
          if (!values.isEmpty()) {
            overrides.put(setting.key(), values);
          }
        });
    return Config.load(source, surroundings.environment(), overrides);
  }

  Config load(Surroundings surroundings, Map<Setting<?>, List<String>> options) {
    return load(file(surroundings), surroundings, options);
  }

  Config load(Surroundings surroundings) {
    return load(surroundings, Map.of());
  }

  /** The same with that file in the place of the one that is found. */
  Config load(Surroundings surroundings, Path other) {
    return load(Optional.of(other), surroundings, Map.of());
  }

  /** The data directory, as an absolute path; it may not exist yet. */
  static Path data(Surroundings surroundings, Config config) {
    return config
        .find(Settings.DATA)
        .orElseGet(
            () ->
                surroundings.isRoot()
                    ? Path.of("/var/lib/berth")
                    : surroundings.home().resolve(".berth"))
        .toAbsolutePath()
        .normalize();
  }

  /** Whether somebody says which configuration it is, or which data. */
  boolean isSaid(Surroundings surroundings) {
    return data != null
        || file != null
        || set.containsKey(Settings.DATA.key())
        || surroundings.variable("BERTH_CONFIG").isPresent()
        || surroundings.variable(Settings.DATA.variable()).isPresent();
  }

  private Optional<Path> file(Surroundings surroundings) {
    Optional<Path> named =
        Optional.ofNullable(file).or(() -> surroundings.variable("BERTH_CONFIG").map(Path::of));
    if (named.isPresent()) {
      if (!Files.isReadable(named.get())) {
        throw new CommandFailure(
            "cannot read the configuration file %s: name one that exists".formatted(named.get()));
      }
      return named;
    }
    return Stream.of(
            surroundings.home().resolve(".berth/berth.yaml"), Path.of("/etc/berth/berth.yaml"))
        .filter(Files::isReadable)
        .findFirst();
  }
}

package dev.berth.common.config;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What is configured: the command line before environment variables, those before the file, that
 * before the fallbacks. Checked as a whole when it is made. Immutable.
 */
public final class Config {

  /** A value as it was given, and where. */
  record Given(List<String> items, String origin) {
    Given {
      items = List.copyOf(items);
    }
  }

  private final Map<String, Given> given;

  private Config(Map<String, Given> given) {
    this.given = Map.copyOf(given);
  }

  /**
   * Puts all sources together.
   *
   * @param environment of which the variables of known settings are read; the names of others are
   *     not checked, because platforms set {@code BERTH_...} variables of their own making
   * @param overrides from the command line: items by key
   * @throws ConfigException with a sentence for the first thing that is wrong
   */
  public static Config load(
      Optional<Path> file, Map<String, String> environment, Map<String, List<String>> overrides) {
    Map<String, Given> given = new HashMap<>(file.map(ConfigFile::read).orElse(Map.of()));
    for (Setting<?> setting : Settings.ALL) {
      String value = environment.get(setting.variable());
      if (value != null && !value.isEmpty()) {
        given.put(setting.key(), new Given(setting.type().split(value), setting.variable()));
      }
    }
    overrides.forEach(
        (key, items) -> {
          Setting<?> setting =
              Settings.byKey(key)
                  .orElseThrow(
                      () ->
                          new ConfigException(
                              "unknown key \"%s\" on the command line: did you mean \"%s\"?"
                                  .formatted(key, Settings.nearest(key))));
          List<String> split =
              items.stream().flatMap(item -> setting.type().split(item).stream()).toList();
          given.put(key, new Given(split, "the command line"));
        });
    Config config = new Config(given);
    Settings.ALL.forEach(config::find);
    return config;
  }

  /** The value, or empty when it was not given and there is no fallback. */
  public <T> Optional<T> find(Setting<T> setting) {
    Given value = given.get(setting.key());
    if (value == null) {
      return setting.fallback().isEmpty()
          ? Optional.empty()
          : Optional.of(setting.type().parse(setting.type().split(setting.fallback())));
    }
    try {
      return Optional.of(setting.type().parse(value.items()));
    } catch (IllegalArgumentException e) {
      throw new ConfigException(
          "%s: invalid value \"%s\" of \"%s\": use %s"
              .formatted(
                  value.origin(),
                  String.join(",", value.items()),
                  setting.key(),
                  setting.type().form()),
          e);
    }
  }

  /** The value of a setting that has a fallback. */
  public <T> T get(Setting<T> setting) {
    return find(setting)
        .orElseThrow(() -> new IllegalArgumentException(setting.key() + " has no fallback"));
  }

  /**
   * The value in a type that only the caller knows; what the reader refuses is reported with the
   * place where it was set.
   */
  public <T, R> R read(Setting<T> setting, Function<T, R> reader) {
    try {
      return reader.apply(get(setting));
    } catch (IllegalArgumentException e) {
      throw new ConfigException(origin(setting) + ": " + e.getMessage(), e);
    }
  }

  /** Where the value comes from: a file with its line, a variable, the command line, or default. */
  public String origin(Setting<?> setting) {
    Given value = given.get(setting.key());
    return value == null ? "default" : value.origin();
  }

  /** The value as text, empty when there is none. */
  public String text(Setting<?> setting) {
    Given value = given.get(setting.key());
    return value == null ? setting.fallback() : String.join(",", value.items());
  }
}

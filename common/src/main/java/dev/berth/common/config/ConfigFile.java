package dev.berth.common.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reads a file of settings. Values are taken as they are written, so that YAML's guesses ({@code
 * no} as a truth value, {@code 22:30} as a number) change nothing.
 */
final class ConfigFile {
  private final Path file;
  private final Map<String, Config.Given> values = new HashMap<>();

  private ConfigFile(Path file) {
    this.file = file;
  }

  /**
   * The values by key.
   *
   * @throws ConfigException when the file cannot be read, is no YAML, or has a key that is not
   *     known
   */
  static Map<String, Config.Given> read(Path file) {
    ConfigFile config = new ConfigFile(file);
    try (Reader reader = Files.newBufferedReader(file)) {
      Node root = new Yaml(new LoaderOptions()).compose(reader);
      if (root != null) {
        config.group("", root);
      }
    } catch (IOException e) {
      throw new ConfigException(
          "cannot read the configuration file %s: %s".formatted(file, e.getMessage()), e);
    } catch (MarkedYAMLException e) {
      throw new ConfigException(
          "%s:%d: this is not YAML: %s"
              .formatted(file, e.getProblemMark().getLine() + 1, e.getProblem()),
          e);
    } catch (YAMLException e) {
      throw new ConfigException("%s: this is not YAML: %s".formatted(file, e.getMessage()), e);
    }
    return Map.copyOf(config.values);
  }

  private void group(String prefix, Node node) {
    if (node.getTag().equals(Tag.NULL)) {
      return;
    }
    if (!(node instanceof MappingNode mapping)) {
      String key = prefix.isEmpty() ? "the file" : "\"" + prefix + "\"";
      throw new ConfigException(
          "%s: %s holds keys, not a value: write KEY: VALUE below it".formatted(at(node), key));
    }
    for (NodeTuple entry : mapping.getValue()) {
      String name = scalar(entry.getKeyNode(), prefix);
      String key = prefix.isEmpty() ? name : prefix + "." + name;
      Optional<Setting<?>> setting = Settings.byKey(key);
      if (setting.isPresent()) {
        value(setting.get(), entry.getValueNode());
      } else if (Settings.isGroup(key)) {
        group(key, entry.getValueNode());
      } else {
        throw new ConfigException(
            "%s: unknown key \"%s\": did you mean \"%s\"?"
                .formatted(at(entry.getKeyNode()), key, Settings.nearest(key)));
      }
    }
  }

  private void value(Setting<?> setting, Node node) {
    if (node.getTag().equals(Tag.NULL)) {
      return;
    }
    String key = setting.key();
    List<String> items = new ArrayList<>();
    switch (node) {
      case ScalarNode scalar -> items.addAll(setting.type().split(scalar.getValue()));
      case SequenceNode sequence when setting.type().isMany() -> {
        for (Node item : sequence.getValue()) {
          items.add(scalar(item, key));
        }
      }
      case MappingNode mapping when setting.type().equals(SettingType.PAIRS) -> {
        for (NodeTuple pair : mapping.getValue()) {
          items.add(scalar(pair.getKeyNode(), key) + "=" + scalar(pair.getValueNode(), key));
        }
      }
      default ->
          throw new ConfigException(
              "%s: invalid value of \"%s\": use %s"
                  .formatted(at(node), key, setting.type().form()));
    }
    if (values.put(key, new Config.Given(items, at(node))) != null) {
      throw new ConfigException(
          "%s: \"%s\" is set a second time: keep one".formatted(at(node), key));
    }
  }

  private String scalar(Node node, String key) {
    if (node instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    throw new ConfigException(
        "%s: a list or mapping is where a single value of \"%s\" is expected"
            .formatted(at(node), key));
  }

  private String at(Node node) {
    return file + ":" + (node.getStartMark().getLine() + 1);
  }
}

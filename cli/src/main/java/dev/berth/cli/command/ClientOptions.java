package dev.berth.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.cli.Surroundings;
import dev.berth.cli.client.Targets;
import dev.berth.cli.daemon.DataDirectory;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of every command that talks to a manager. */
final class ClientOptions {
  @Mixin private ConfigOptions config;

  @Option(
      names = "--manager",
      paramLabel = "URI",
      description = "The manager to talk to, as tcp://HOST:PORT or tls://HOST:PORT.")
  private String manager;

  @Option(
      names = "--format",
      paramLabel = "text|json",
      description = "How to print (default: text).")
  private Format format = Format.TEXT;

  /** How to print. */
  enum Format {
    TEXT,
    JSON
  }

  boolean isJson() {
    return format == Format.JSON;
  }

  DataDirectory data(Surroundings surroundings) {
    return new DataDirectory(ConfigOptions.data(surroundings, config.load(surroundings)));
  }

  Targets targets(Surroundings surroundings) {
    return new Targets(surroundings, data(surroundings), Optional.ofNullable(manager));
  }

  /** Prints an answer as it came, when that is asked for; else what the text makes of it. */
  void print(Surroundings surroundings, JsonNode answer, Runnable text) {
    switch (format) {
      case TEXT -> text.run();
      case JSON -> {
        try {
          surroundings
              .out()
              .println(
                  new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(answer));
        } catch (JsonProcessingException e) {
          throw new IllegalStateException("a JSON tree that cannot be written", e);
        }
      }
    }
    surroundings.out().flush();
  }
}

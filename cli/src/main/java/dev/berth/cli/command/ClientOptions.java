package dev.berth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.Progress;
import dev.berth.cli.Surroundings;
import dev.berth.cli.client.Targets;
import dev.berth.cli.daemon.DataDirectory;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of every command that talks to a manager. */
final class ClientOptions {
  @Mixin private ConfigOptions config;
  @Mixin private OutputOptions output;

  @Option(
      names = "--manager",
      paramLabel = "URI",
      description = "The manager to talk to, as tcp://HOST:PORT or tls://HOST:PORT.")
  private String manager;

  DataDirectory data(Surroundings surroundings) {
    return new DataDirectory(ConfigOptions.data(surroundings, config.load(surroundings)));
  }

  Targets targets(Surroundings surroundings) {
    return new Targets(surroundings, data(surroundings), Optional.ofNullable(manager));
  }

  /** As {@link OutputOptions#isText} says. */
  boolean isText() {
    return output.isText();
  }

  /** Does work whose end a person at a terminal may have to wait for. */
  <T> T show(Surroundings surroundings, String what, Supplier<T> work) {
    return isText() ? Progress.show(surroundings, what, work) : work.get();
  }

  /** As {@link OutputOptions#print(Surroundings, JsonNode, Runnable)} does. */
  void print(Surroundings surroundings, JsonNode answer, Runnable text) {
    output.print(surroundings, answer, text);
  }

  /** As {@link OutputOptions#print(Surroundings, JsonNode, Iterable, Runnable)} does. */
  void print(
      Surroundings surroundings,
      JsonNode answer,
      Iterable<? extends JsonNode> rows,
      Runnable text) {
    output.print(surroundings, answer, rows, text);
  }

  /** As {@link OutputOptions#printList} does. */
  void printList(Surroundings surroundings, JsonNode answer, String field, Runnable text) {
    output.printList(surroundings, answer, field, text);
  }

  /** As {@link OutputOptions#printLine} does. */
  void printLine(Surroundings surroundings, JsonNode line, Runnable text) {
    output.printLine(surroundings, line, text);
  }
}

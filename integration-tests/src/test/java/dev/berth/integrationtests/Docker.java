package dev.berth.integrationtests;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The real docker CLI, as one tenant of a fleet or at a raw engine. */
final class Docker {
  private final Map<String, String> env;

  Docker(Map<String, String> env) {
    this.env = Map.copyOf(env);
  }

  /** At an engine itself, as an operator on its host could. */
  static Docker at(Path socket) {
    return new Docker(Map.of("DOCKER_HOST", "unix://" + socket, "DOCKER_CONFIG", "/nonexistent"));
  }

  Map<String, String> env() {
    return env;
  }

  Command command(String... arguments) {
    List<String> words = new ArrayList<>(List.of("docker"));
    words.addAll(List.of(arguments));
    return Command.of(words.toArray(String[]::new)).env(env);
  }

  Outcome run(String... arguments) {
    return command(arguments).run();
  }

  /** Runs a command that must succeed, and returns its output without white space around it. */
  String ok(String... arguments) {
    return run(arguments).ok().text();
  }

  /** Runs a docker command line on a terminal of its own. */
  Outcome onTerminal(String line) {
    return Command.of("script", "-qec", line, "/dev/null").env(env).run();
  }

  /** Removes a container whatever its state, if it exists. */
  void remove(String... names) {
    List<String> words = new ArrayList<>(List.of("rm", "-fv"));
    words.addAll(List.of(names));
    run(words.toArray(String[]::new));
  }
}

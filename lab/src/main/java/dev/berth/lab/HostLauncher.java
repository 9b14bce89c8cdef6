package dev.berth.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Starts long-running processes inside a host's namespaces, away from this process's terminal and
 * session.
 */
record HostLauncher(Namespaces space, String hostname) {

  private static final Duration FORK_LIMIT = Duration.ofSeconds(10);

  LabProcess launch(List<String> command, Map<String, String> environment, Path log) {
    List<String> words = new ArrayList<>(List.of("setsid"));
    words.addAll(space.enter());
    words.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    try {
      Process launcher = builder.start();
      return LabProcess.started(forked(launcher), launcher);
    } catch (IOException e) {
      throw new LabException(
          "cannot start `%s` on %s: %s"
              .formatted(String.join(" ", command), hostname, e.getMessage()),
          e);
    }
  }

  /**
   * Entering a PID namespace takes a fork: the command is nsenter's child. One that ends before it
   * is seen stands for itself by its launcher, which is gone as well.
   */
  private static ProcessId forked(Process launcher) {
    ProcessId parent = ProcessId.of(launcher.pid());
    List<ProcessId> children = new ArrayList<>();
    Patience.await(
        FORK_LIMIT,
        () -> {
          children.addAll(parent.children());
          return !children.isEmpty() || !launcher.isAlive();
        });
    return children.isEmpty() ? parent : children.getFirst();
  }
}

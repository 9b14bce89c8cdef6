package dev.berth.cli.daemon;

import dev.berth.cli.CommandFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Starts {@code berth} in the background, in a session of its own, and waits until it serves. */
public final class Detached {
  /** Tells the new process that it has no console: it logs to the file. */
  public static final String VARIABLE = "BERTH_DETACHED";

  private static final long POLL_MILLIS = 50;
  private static final int SHOWN_LINES = 15;

  private final DataDirectory data;

  public Detached(DataDirectory data) {
    this.data = data;
  }

  /**
   * Starts it.
   *
   * @param words the command line, which must not detach again
   * @throws CommandFailure when it ends or is not ready within the limit, with the end of its
   *     output
   */
  public Run start(List<String> words, Duration limit) {
    Path output = data.path().resolve("log").resolve("console.log");
    Process process = launch(words, output);
    Instant end = Instant.now().plus(limit);
    while (Instant.now().isBefore(end)) {
      if (hasEnded(process)) {
        throw new CommandFailure(
            "the background process ended with exit code %d; its last words were:%n%s"
                .formatted(process.exitValue(), lastLines(output)));
      }
      Optional<Run> ready =
          data.running().filter(run -> run.pid() == process.pid() && run.isReady());
      if (ready.isPresent()) {
        return ready.get();
      }
    }
    process.destroy();
    throw new CommandFailure(
        "the background process was not ready after %d s and was told to stop; its last words were:%n%s"
            .formatted(limit.toSeconds(), lastLines(output)));
  }

  private Process launch(List<String> words, Path output) {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
      // A child of a shell is no group leader, so that setsid becomes the program: one process.
      command.add("/usr/bin/setsid");
    }
    command.addAll(JavaCommand.of(List.of(), words));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put(VARIABLE, "1");
    try {
      return builder.start();
    } catch (IOException e) {
      throw new CommandFailure("cannot start a background process: " + e.getMessage(), e);
    }
  }

  /** Waits a moment for it; it is the pause between two looks as well. */
  private static boolean hasEnded(Process process) {
    try {
      return process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted while waiting for the background process", e);
    }
  }

  private String lastLines(Path output) {
    try {
      List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
      if (lines.isEmpty() && Files.exists(data.log())) {
        lines = Files.readAllLines(data.log(), StandardCharsets.UTF_8);
      }
      return String.join(
          System.lineSeparator(),
          lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
    } catch (IOException e) {
      return "(cannot read %s: %s)".formatted(output, e.getMessage());
    }
  }
}

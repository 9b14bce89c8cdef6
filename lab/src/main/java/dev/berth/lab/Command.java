package dev.berth.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs one of the machine's tools to its end, within a bound, and keeps what it printed. */
final class Command {

  private static final Duration TOOL_LIMIT = Duration.ofSeconds(20);

  private Command() {}

  /** Runs a tool that must succeed and answers what it printed. */
  static String run(List<String> words) {
    return checked(words, "", TOOL_LIMIT);
  }

  static String run(List<String> words, String input) {
    return checked(words, input, TOOL_LIMIT);
  }

  static String checked(List<String> words, String input, Duration limit) {
    CommandResult result = tryRun(words, input, limit);
    if (result.exitCode() != 0) {
      throw new LabException(
          "`%s` failed with exit code %d: %s"
              .formatted(String.join(" ", words), result.exitCode(), result.output().strip()));
    }
    return result.output();
  }

  static CommandResult tryRun(List<String> words) {
    return tryRun(words, "", TOOL_LIMIT);
  }

  static CommandResult tryRun(List<String> words, String input, Duration limit) {
    try {
      Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
      AtomicBoolean late = new AtomicBoolean();
      Thread watch =
          Thread.ofVirtual().name("lab-command-limit").start(() -> enforce(process, limit, late));
      try (OutputStream stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(UTF_8));
      } catch (IOException e) {
        // A tool may end without reading its input; its exit code says whether that was well.
      }
      String output;
      try (InputStream stdout = process.getInputStream()) {
        output = new String(stdout.readAllBytes(), UTF_8);
      }
      int exit = process.waitFor();
      watch.interrupt();
      if (late.get()) {
        throw new LabException(
            "`%s` did not end within %d s and was killed; it had printed: %s"
                .formatted(String.join(" ", words), limit.toSeconds(), output.strip()));
      }
      return new CommandResult(exit, output);
    } catch (IOException e) {
      throw new LabException(
          "cannot run `%s`: %s".formatted(String.join(" ", words), e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException(
          "interrupted while running `%s`".formatted(String.join(" ", words)), e);
    }
  }

  private static void enforce(Process process, Duration limit, AtomicBoolean late) {
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        late.set(true);
        List<ProcessHandle> family = new ArrayList<>(process.descendants().toList());
        family.add(process.toHandle());
        family.forEach(ProcessHandle::destroyForcibly);
      }
    } catch (InterruptedException e) {
      // The command ended first.
    }
  }
}

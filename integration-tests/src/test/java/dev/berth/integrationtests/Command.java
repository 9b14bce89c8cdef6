package dev.berth.integrationtests;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Runs a program with a bounded life. Immutable: each {@code with} makes another. */
record Command(
    List<String> words,
    Map<String, String> env,
    InputStream input,
    Duration limit,
    Path directory,
    Runner runner) {
  private static final Executor THREADS = Thread::startVirtualThread;

  static Command of(String... words) {
    return new Command(
        List.of(words),
        Map.of(),
        InputStream.nullInputStream(),
        Duration.ofSeconds(90),
        Path.of("").toAbsolutePath(),
        Command::runProcess);
  }

  /** How it is run when its outcome is waited for. */
  @FunctionalInterface
  interface Runner {
    Outcome run(Command command);
  }

  Command by(Runner given) {
    return new Command(words, env, input, limit, directory, given);
  }

  Command env(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(env);
    all.putAll(more);
    return new Command(words, Map.copyOf(all), input, limit, directory, runner);
  }

  Command input(InputStream given) {
    return new Command(words, env, given, limit, directory, runner);
  }

  Command input(String text) {
    return input(new java.io.ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  Command within(Duration given) {
    return new Command(words, env, input, given, directory, runner);
  }

  /** Starts it without waiting; the caller ends it. */
  Process start() {
    ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("DOCKER_"));
    builder.environment().putAll(env);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same for a program that nobody listens to. */
  Process startSilently() {
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Outcome run() {
    return runner.run(this);
  }

  private Outcome runProcess() {
    Process process = start();
    CompletableFuture<Void> fed = CompletableFuture.runAsync(() -> feed(process), THREADS);
    CompletableFuture<byte[]> out = read(process.getInputStream());
    CompletableFuture<byte[]> err = read(process.getErrorStream());
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(
            "%s did not end within %s; stdout: %s; stderr: %s"
                .formatted(
                    words,
                    limit,
                    new String(out.join(), StandardCharsets.UTF_8),
                    new String(err.join(), StandardCharsets.UTF_8)));
      }
      fed.cancel(true);
      return new Outcome(
          words, process.exitValue(), out.join(), new String(err.join(), StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw new AssertionError(e);
    }
  }

  private void feed(Process process) {
    try (OutputStream stdin = process.getOutputStream()) {
      input.transferTo(stdin);
    } catch (IOException e) {
      // A program that ends early does not read on.
    }
  }

  private static CompletableFuture<byte[]> read(InputStream stream) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (stream) {
            return stream.readAllBytes();
          } catch (IOException e) {
            return new byte[0];
          }
        },
        THREADS);
  }
}

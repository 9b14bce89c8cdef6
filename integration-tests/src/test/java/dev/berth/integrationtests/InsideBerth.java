package dev.berth.integrationtests;

import dev.berth.cli.Surroundings;
import dev.berth.cli.command.Commands;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs a {@code berth} command in the tests' own JVM, with an environment and streams of its own:
 * what is tested is what it does, and a JVM for each takes seconds.
 */
record InsideBerth(List<String> words) implements Command.Runner {

  /** What starts processes, or is one. */
  private static final Set<String> OUTSIDE =
      Set.of("up", "down", "manager", "agent", "warm-up", "version", "config", "help");

  static boolean isFor(List<String> words) {
    return !words.isEmpty()
        && !words.getFirst().startsWith("-")
        && !OUTSIDE.contains(words.getFirst());
  }

  @Override
  public Outcome run(Command command) {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.keySet().removeIf(name -> name.startsWith("DOCKER_"));
    environment.putAll(command.env());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StringWriter err = new StringWriter();
    Surroundings surroundings =
        new Surroundings(
            environment,
            Path.of(System.getProperty("user.home")),
            System.getProperty("user.name").equals("root"),
            command.input(),
            new PrintWriter(out, true, StandardCharsets.UTF_8),
            new PrintWriter(err, true),
            false);
    FutureTask<Integer> exit =
        new FutureTask<>(() -> Commands.run(surroundings, words.toArray(String[]::new)));
    Thread thread = Thread.ofPlatform().daemon().name("berth-" + words.getFirst()).start(exit);
    try {
      int code = exit.get(command.limit().toMillis(), TimeUnit.MILLISECONDS);
      surroundings.out().flush();
      return new Outcome(words, code, out.toByteArray(), err.toString());
    } catch (TimeoutException e) {
      thread.interrupt();
      throw new AssertionError("%s did not end within %s".formatted(words, command.limit()), e);
    } catch (ExecutionException | InterruptedException e) {
      throw new AssertionError("%s did not run".formatted(words), e);
    }
  }
}

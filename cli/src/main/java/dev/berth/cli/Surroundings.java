package dev.berth.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * What a command finds around itself. Commands look nowhere else, so that a test can give them
 * other surroundings.
 *
 * @param in what is piped in
 * @param isTerminal whether a person sits at the other end of all three streams
 */
public record Surroundings(
    Map<String, String> environment,
    Path home,
    boolean isRoot,
    InputStream in,
    PrintWriter out,
    PrintWriter err,
    boolean isTerminal) {
  private static final int MAX_PIPED_BYTES = 64 * 1024;

  public Surroundings {
    environment = Map.copyOf(environment);
  }

  static Surroundings ofProcess() {
    return new Surroundings(
        System.getenv(),
        Path.of(System.getProperty("user.home")),
        System.getProperty("user.name").equals("root"),
        System.in,
        new PrintWriter(System.out, true, StandardCharsets.UTF_8),
        new PrintWriter(System.err, true, StandardCharsets.UTF_8),
        // There is none in JDK 25 when standard input or output is no terminal.
        Optional.ofNullable(System.console()).isPresent());
  }

  /** A variable that is set and not empty. */
  public Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }

  /** The one line that was piped in. */
  public String readPiped(String what) {
    try {
      byte[] bytes = in.readNBytes(MAX_PIPED_BYTES);
      String text = new String(bytes, StandardCharsets.UTF_8);
      String line = text.lines().findFirst().orElse("");
      if (line.isEmpty()) {
        throw new CommandFailure(
            "cannot read the %s from standard input: it is empty: pipe it in".formatted(what));
      }
      return line;
    } catch (IOException e) {
      throw new CommandFailure(
          "cannot read the %s from standard input: %s".formatted(what, e.getMessage()), e);
    }
  }

  /** Asks on the terminal without an echo. */
  public String askSecret(String what) {
    char[] typed = System.console().readPassword("%s: ", what);
    if (typed == null || typed.length == 0) {
      throw new CommandFailure("no %s was typed: try again".formatted(what));
    }
    String secret = new String(typed);
    Arrays.fill(typed, '\0');
    return secret;
  }

  /** Asks on the terminal for a yes. */
  public boolean confirm(String question) {
    String answer = System.console().readLine("%s [y/N] ", question);
    return answer != null && answer.strip().toLowerCase(java.util.Locale.ROOT).startsWith("y");
  }
}

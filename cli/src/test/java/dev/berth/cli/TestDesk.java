package dev.berth.cli;

import dev.berth.cli.command.Commands;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Runs commands with a home and an environment of their own, and keeps what they print. */
public final class TestDesk {
  private final Path home;
  private final Map<String, String> environment = new HashMap<>();
  private String piped = "";
  private boolean isTerminal;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  public TestDesk(Path home) {
    this.home = home;
  }

  public TestDesk with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  public TestDesk piped(String text) {
    piped = text;
    return this;
  }

  public TestDesk atTerminal() {
    isTerminal = true;
    return this;
  }

  public int run(String... words) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Commands.run(surroundings(), words);
  }

  public Surroundings surroundings() {
    return new Surroundings(
        environment,
        home,
        false,
        new ByteArrayInputStream(piped.getBytes(StandardCharsets.UTF_8)),
        new PrintWriter(out, true),
        new PrintWriter(err, true),
        isTerminal);
  }

  public String out() {
    return out.toString();
  }

  public String err() {
    return err.toString();
  }
}

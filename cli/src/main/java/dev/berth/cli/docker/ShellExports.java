package dev.berth.cli.docker;

import java.util.ArrayList;
import java.util.List;

/** Lines that a POSIX shell evaluates; a value is only ever a value. */
public final class ShellExports {
  private final List<String> lines = new ArrayList<>();

  public ShellExports export(String name, String value) {
    lines.add("export " + name + "=" + quote(value));
    return this;
  }

  public ShellExports unset(String name) {
    lines.add("unset " + name);
    return this;
  }

  public ShellExports comment(String text) {
    lines.add("# " + text.replaceAll("\\R", " "));
    return this;
  }

  public List<String> lines() {
    return List.copyOf(lines);
  }

  /** In single quotes, where nothing but a single quote is special (POSIX.1-2017, 2.2.2). */
  static String quote(String value) {
    return "'" + value.replace("'", "'\\''") + "'";
  }
}

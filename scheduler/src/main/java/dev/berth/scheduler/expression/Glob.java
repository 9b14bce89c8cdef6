package dev.berth.scheduler.expression;

import java.util.Optional;

/**
 * Text in which {@code *} stands for any run of characters, none included, and everything else for
 * itself. It must match from beginning to end.
 */
record Glob(String glob) implements TextPattern {

  @Override
  public boolean matches(String text) {
    int at = 0;
    int in = 0;
    int star = -1;
    int retry = 0;
    while (at < text.length()) {
      if (in < glob.length() && glob.charAt(in) == '*') {
        star = in++;
        retry = at;
      } else if (in < glob.length() && glob.charAt(in) == text.charAt(at)) {
        in++;
        at++;
      } else if (star >= 0) {
        // Only the last star need ever give way: what earlier ones matched can stay the shortest.
        in = star + 1;
        at = ++retry;
      } else {
        return false;
      }
    }
    while (in < glob.length() && glob.charAt(in) == '*') {
      in++;
    }
    return in == glob.length();
  }

  @Override
  public Optional<String> literal() {
    return glob.indexOf('*') < 0 ? Optional.of(glob) : Optional.empty();
  }

  @Override
  public String toString() {
    return glob;
  }
}

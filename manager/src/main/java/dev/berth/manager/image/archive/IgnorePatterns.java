package dev.berth.manager.image.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The patterns of a {@code .dockerignore}: the last one that meets a path decides. Immutable. */
final class IgnorePatterns {
  private record Line(Pattern pattern, boolean excludes) {}

  private final List<Line> lines = new ArrayList<>();

  IgnorePatterns(String text) {
    for (String line : text.split("\n")) {
      String pattern = line.strip();
      if (pattern.isEmpty() || line.startsWith("#")) {
        continue;
      }
      boolean excludes = !pattern.startsWith("!");
      String path = (excludes ? pattern : pattern.substring(1).strip()).replaceAll("/+", "/");
      path = path.replaceFirst("^(?:\\./|/)+", "").replaceFirst("/$", "");
      try {
        lines.add(new Line(Pattern.compile(regex(path), Pattern.DOTALL), excludes));
      } catch (PatternSyntaxException e) {
        // An engine takes no notice of it here, either.
      }
    }
  }

  /** A path is met with all that is below a directory that is. */
  private static String regex(String path) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (path.startsWith("**/", i)) {
        regex.append("(?:.*/)?");
        i += 2;
      } else if (path.startsWith("**", i)) {
        regex.append(".*");
        i++;
      } else if (c == '*') {
        regex.append("[^/]*");
      } else if (c == '?') {
        regex.append("[^/]");
      } else if (c == '[' || c == ']') {
        regex.append(c);
      } else if (c == '\\' && i + 1 < path.length()) {
        regex.append(Pattern.quote(path.substring(++i, i + 1)));
      } else if (c == '-' || c == '^') {
        // As in a class of characters; outside of one they stand for themselves, too.
        regex.append(c == '^' && !path.startsWith("[^", i - 1) ? "\\^" : c);
      } else {
        regex.append(Pattern.quote(Character.toString(c)));
      }
    }
    return regex.append("(?:/.*)?").toString();
  }

  boolean excludes(String path) {
    boolean isExcluded = false;
    for (Line line : lines) {
      if (line.pattern().matcher(path).matches()) {
        isExcluded = line.excludes();
      }
    }
    return isExcluded;
  }
}

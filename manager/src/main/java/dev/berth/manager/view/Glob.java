package dev.berth.manager.view;

/**
 * Shell patterns as Go's {@code path.Match} takes them: a star stops at a slash. Bounded: each
 * pattern takes at most the product of both lengths.
 */
final class Glob {
  private Glob() {}

  static boolean matches(String pattern, String text) {
    boolean[] reached = new boolean[text.length() + 1];
    reached[0] = true;
    int p = 0;
    while (p < pattern.length()) {
      boolean[] next = new boolean[text.length() + 1];
      char c = pattern.charAt(p);
      if (c == '*') {
        for (int t = 0; t <= text.length(); t++) {
          next[t] = reached[t] || (t > 0 && next[t - 1] && text.charAt(t - 1) != '/');
        }
        p++;
      } else {
        int end = c == '[' ? classEnd(pattern, p) : c == '\\' ? p + 2 : p + 1;
        if (end > pattern.length() || end < 0) {
          throw new Filters.InvalidFilterException("syntax error in pattern");
        }
        for (int t = 0; t < text.length(); t++) {
          next[t + 1] = reached[t] && one(pattern.substring(p, end), text.charAt(t));
        }
        p = end;
      }
      reached = next;
    }
    return reached[text.length()];
  }

  private static int classEnd(String pattern, int start) {
    int close = pattern.indexOf(']', start + 1);
    return close < 0 ? -1 : close + 1;
  }

  private static boolean one(String item, char c) {
    return switch (item.charAt(0)) {
      case '?' -> c != '/';
      case '\\' -> item.charAt(1) == c;
      case '[' -> inClass(item.substring(1, item.length() - 1), c);
      default -> item.charAt(0) == c;
    };
  }

  private static boolean inClass(String members, char c) {
    boolean negated = members.startsWith("^");
    int i = negated ? 1 : 0;
    boolean found = false;
    while (i < members.length()) {
      char low = members.charAt(i);
      boolean isRange = i + 2 < members.length() && members.charAt(i + 1) == '-';
      char high = isRange ? members.charAt(i + 2) : low;
      found |= c >= low && c <= high;
      i += isRange ? 3 : 1;
    }
    return found != negated;
  }
}

package dev.berth.scheduler.expression;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Optional;

/**
 * A regular expression between slashes, found anywhere in a text unless it anchors itself. RE2/J
 * matches in linear time; what it lacks is a bound on the size of what it compiles, set here.
 */
record Regex(Pattern pattern) implements TextPattern {
  private static final int MAX_CHARS = 256;

  /** Keeps RE2/J from unfolding nested counts, as in {@code ((a{1000}){1000}){1000}}. */
  private static final long MAX_UNFOLDED = 20_000;

  private static final int MAX_PROGRAM = 500;

  static Regex compile(String text) throws MalformedHintException {
    if (text.length() > MAX_CHARS) {
      throw new MalformedHintException(
          "the regular expression has more than %d characters".formatted(MAX_CHARS));
    }
    if (unfolded(text) > MAX_UNFOLDED) {
      throw tooLarge();
    }
    Pattern compiled;
    try {
      compiled = Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      throw new MalformedHintException(
          "the regular expression is not one of RE2's: " + e.getDescription());
    }
    if (compiled.programSize() > MAX_PROGRAM) {
      throw tooLarge();
    }
    return new Regex(compiled);
  }

  private static MalformedHintException tooLarge() {
    return new MalformedHintException(
        "the regular expression is too large: repeat less, or shorter parts");
  }

  /** At least as large as the text would be with every counted repetition written out. */
  private static long unfolded(String text) {
    long size = text.length();
    long count = 0;
    long largest = 1;
    boolean counting = false;
    for (int i = 0; i < text.length() && size <= MAX_UNFOLDED; i++) {
      char c = text.charAt(i);
      if (c == '{') {
        counting = true;
        count = 0;
        largest = 1;
      } else if (counting && c >= '0' && c <= '9') {
        count = Math.min(count * 10 + (c - '0'), MAX_UNFOLDED + 1);
        largest = Math.max(largest, count);
      } else if (counting && c == ',') {
        count = 0;
      } else if (counting) {
        size *= c == '}' ? largest : 1;
        counting = false;
      }
    }
    return size;
  }

  @Override
  public boolean matches(String text) {
    return pattern.matcher(text).find();
  }

  @Override
  public Optional<String> literal() {
    return Optional.empty();
  }

  @Override
  public String toString() {
    return "/" + pattern.pattern() + "/";
  }
}

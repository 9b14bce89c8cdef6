package dev.berth.manager.image.dockerfile;

import java.util.Map;

/**
 * A word with quotes and variables, and what it stands for (the shell-like words of a Dockerfile:
 * {@code $x}, {@code ${x}}, {@code ${x:-word}}, {@code ${x:+word}}, {@code ${x:?word}}).
 */
final class Word {
  private final String text;
  private final Map<String, String> variables;
  private final char escape;
  private int at;

  /** Why a word stands for nothing; the message is the engine's. */
  static final class BadWordException extends Exception {
    BadWordException(String message) {
      super(message);
    }
  }

  private Word(String text, Map<String, String> variables, char escape) {
    this.text = text;
    this.variables = variables;
    this.escape = escape;
  }

  static String expand(String text, Map<String, String> variables, char escape)
      throws BadWordException {
    try {
      return new Word(text, variables, escape).until('\0');
    } catch (BadWordException e) {
      throw new BadWordException(
          "failed to process %s: %s".formatted(quoted(text), e.getMessage()));
    }
  }

  private static String quoted(String text) {
    return '"' + Bytes.utf8(text).replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private boolean isAtEnd() {
    return at >= text.length();
  }

  private String until(char stop) throws BadWordException {
    StringBuilder result = new StringBuilder();
    while (!isAtEnd()) {
      char c = text.charAt(at);
      if (stop != '\0' && c == stop) {
        at++;
        return result.toString();
      }
      switch (c) {
        case '\'' -> result.append(singleQuoted());
        case '"' -> result.append(doubleQuoted());
        case '$' -> result.append(dollar());
        default -> {
          at++;
          if (c != escape) {
            result.append(c);
          } else if (!isAtEnd()) {
            result.append(text.charAt(at++));
          }
        }
      }
    }
    if (stop != '\0') {
      throw new BadWordException("unexpected end of statement while looking for matching " + stop);
    }
    return result.toString();
  }

  private String singleQuoted() throws BadWordException {
    int end = text.indexOf('\'', at + 1);
    if (end < 0) {
      throw new BadWordException(
          "unexpected end of statement while looking for matching single-quote");
    }
    String inside = text.substring(at + 1, end);
    at = end + 1;
    return inside;
  }

  private String doubleQuoted() throws BadWordException {
    StringBuilder result = new StringBuilder();
    at++;
    while (!isAtEnd()) {
      char c = text.charAt(at);
      if (c == '"') {
        at++;
        return result.toString();
      }
      if (c == '$') {
        result.append(dollar());
        continue;
      }
      at++;
      if (c == escape && !isAtEnd()) {
        char next = text.charAt(at++);
        if (next != '"' && next != '$' && next != escape) {
          result.append(c);
        }
        result.append(next);
      } else {
        result.append(c);
      }
    }
    throw new BadWordException(
        "unexpected end of statement while looking for matching double-quote");
  }

  private String dollar() throws BadWordException {
    at++;
    if (isAtEnd() || text.charAt(at) != '{') {
      String name = name();
      return name.isEmpty() ? "$" : variables.getOrDefault(name, "");
    }
    at++;
    if (isAtEnd()) {
      throw new BadWordException("syntax error: missing '}'");
    }
    if ("{}:".indexOf(text.charAt(at)) >= 0) {
      throw new BadWordException("syntax error: bad substitution");
    }
    String name = name();
    String value = variables.getOrDefault(name, "");
    char next = isAtEnd() ? '\0' : text.charAt(at++);
    if (next == '}') {
      return value;
    }
    if (next != ':') {
      throw new BadWordException("missing ':' in substitution");
    }
    char modifier = isAtEnd() ? '\0' : text.charAt(at++);
    String word = until('}');
    return switch (modifier) {
      case '+' -> value.isEmpty() ? "" : word;
      case '-' -> value.isEmpty() ? word : value;
      case '?' -> {
        if (value.isEmpty()) {
          throw new BadWordException(
              "%s: %s".formatted(name, word.isEmpty() ? "is not allowed to be unset" : word));
        }
        yield value;
      }
      default ->
          throw new BadWordException(
              "unsupported modifier (%c) in substitution".formatted(modifier));
    };
  }

  private String name() {
    int begin = at;
    if (!isAtEnd() && Character.isDigit(text.charAt(at))) {
      while (!isAtEnd() && Character.isDigit(text.charAt(at))) {
        at++;
      }
    } else if (!isAtEnd() && "@*#?-$!0".indexOf(text.charAt(at)) >= 0) {
      at++;
    } else {
      while (!isAtEnd() && isOfName(text.charAt(at))) {
        at++;
      }
    }
    return text.substring(begin, at);
  }

  private static boolean isOfName(char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
}

package dev.berth.scheduler.expression;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/**
 * A condition such as {@code zone==a}, {@code container!=~web-*} or {@code node==/^db[0-9]+$/}, in
 * the language of Swarm 1.2.9: key, {@code ==} or {@code !=}, then {@code ~} when it is only wanted
 * and not required, then a {@link Glob glob} or a {@link Regex regular expression}. Immutable;
 * holding it against a text takes bounded time.
 *
 * @param key in lower case: keys are compared regardless of case
 * @param soft whether it may be dropped when no host satisfies everything
 */
public record Expression(String key, Operator operator, TextPattern pattern, boolean soft) {
  static final int MAX_CHARS = 1024;

  /**
   * Reads one expression, without the kind before it.
   *
   * @throws MalformedHintException with the reason alone
   */
  static Expression parse(String text) throws MalformedHintException {
    if (text.length() > MAX_CHARS) {
      throw new MalformedHintException("it has more than %d characters".formatted(MAX_CHARS));
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new MalformedHintException("it has a control character");
    }
    Operator operator = firstOperator(text);
    int at = text.indexOf(operator.sign());
    String key = text.substring(0, at);
    if (!isKey(key)) {
      throw new MalformedHintException(
          "the key \"%s\" is not a letter or underscore and then one or more of letters, digits and _-./"
              .formatted(key));
    }
    String value = text.substring(at + operator.sign().length());
    boolean soft = value.startsWith("~");
    String wanted = soft ? value.substring(1) : value;
    if (wanted.isEmpty()) {
      throw new MalformedHintException("there is no value after " + operator.sign());
    }
    return new Expression(key.toLowerCase(Locale.ROOT), operator, pattern(wanted), soft);
  }

  private static Operator firstOperator(String text) throws MalformedHintException {
    int equal = text.indexOf(Operator.EQUAL.sign());
    int unequal = text.indexOf(Operator.UNEQUAL.sign());
    if (equal < 0 && unequal < 0) {
      throw new MalformedHintException("one of the operators == and != is expected");
    }
    boolean equalFirst = unequal < 0 || (equal >= 0 && equal < unequal);
    return equalFirst ? Operator.EQUAL : Operator.UNEQUAL;
  }

  static boolean isKey(String key) {
    if (key.length() < 2 || !(isLetter(key.charAt(0)) || key.charAt(0) == '_')) {
      return false;
    }
    for (int i = 1; i < key.length(); i++) {
      char c = key.charAt(i);
      if (!isLetter(c) && !(c >= '0' && c <= '9') && "_-./".indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static TextPattern pattern(String text) throws MalformedHintException {
    boolean regex = text.length() > 1 && text.startsWith("/") && text.endsWith("/");
    return regex ? Regex.compile(text.substring(1, text.length() - 1)) : new Glob(text);
  }

  /** Whether it is true of something that goes by these texts. */
  public boolean holdsFor(Collection<String> texts) {
    for (String text : texts) {
      if (pattern.matches(text)) {
        return operator == Operator.EQUAL;
      }
    }
    return operator == Operator.UNEQUAL;
  }

  /** The only text that the pattern fits; empty when it may fit several. */
  public Optional<String> literal() {
    return pattern.literal();
  }

  /** Whether the pattern alone fits, whatever the operator makes of that. */
  public boolean matches(String text) {
    return pattern.matches(text);
  }

  Expression insisting() {
    return new Expression(key, operator, pattern, false);
  }

  /** As its author wrote it, with the key in lower case. */
  @Override
  public String toString() {
    return key + operator.sign() + (soft ? "~" : "") + pattern;
  }
}

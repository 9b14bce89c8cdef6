package dev.berth.scheduler.expression;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The only hosts that a container may go to: {@code node==h1|h2|h3}, names or ids (Swarm 1.2.9,
 * which knew names alone and took {@code !=} for {@code ==}; here that is refused). Each may be a
 * {@link Glob glob}. Immutable.
 *
 * @param soft whether it may be dropped when no host satisfies everything
 */
public record Whitelist(List<TextPattern> hosts, boolean soft) {
  private static final String BEGIN = "node==";
  private static final int MAX_HOSTS = 256;

  public Whitelist {
    hosts = List.copyOf(hosts);
  }

  /**
   * Reads one, without the kind before it.
   *
   * @throws MalformedHintException with the reason alone
   */
  static Whitelist parse(String text) throws MalformedHintException {
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new MalformedHintException("it has a control character");
    }
    if (!text.regionMatches(true, 0, BEGIN, 0, BEGIN.length())) {
      throw new MalformedHintException("it does not begin with node==");
    }
    String value = text.substring(BEGIN.length());
    boolean soft = value.startsWith("~");
    String[] names = (soft ? value.substring(1) : value).split("\\|", -1);
    if (names.length > MAX_HOSTS) {
      throw new MalformedHintException("it lists more than %d hosts".formatted(MAX_HOSTS));
    }
    List<TextPattern> hosts = new ArrayList<>();
    for (String name : names) {
      if (name.isEmpty() || name.length() > Expression.MAX_CHARS) {
        throw new MalformedHintException(
            "a host's name has from 1 to %d characters".formatted(Expression.MAX_CHARS));
      }
      hosts.add(new Glob(name));
    }
    return new Whitelist(hosts, soft);
  }

  /** Whether a host that goes by these texts is listed. */
  public boolean lists(Collection<String> texts) {
    for (TextPattern host : hosts) {
      for (String text : texts) {
        if (host.matches(text)) {
          return true;
        }
      }
    }
    return false;
  }

  Whitelist insisting() {
    return new Whitelist(hosts, false);
  }

  /** As its author wrote it. */
  @Override
  public String toString() {
    return "whitelist:node=="
        + (soft ? "~" : "")
        + String.join("|", hosts.stream().map(TextPattern::toString).toList());
  }
}

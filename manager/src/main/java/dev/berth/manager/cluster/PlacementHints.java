package dev.berth.manager.cluster;

import dev.berth.scheduler.expression.Hints;
import dev.berth.scheduler.expression.MalformedHintException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a user said of the place of a container.
 *
 * @param texts as they were read
 * @param expressions what hosts must be like
 * @param strategy which of the hosts that are left; empty for the cluster's
 * @param moving what becomes of the container when it cannot stay on its host
 */
public record PlacementHints(
    List<String> texts, Hints expressions, Optional<Choice> strategy, Moving moving) {
  public static final PlacementHints NONE =
      new PlacementHints(List.of(), Hints.NONE, Optional.empty(), Moving.USUAL);

  /** How one of several possible hosts is chosen. */
  public enum Choice {
    SPREAD,
    BINPACK,
    BALANCED,
    RANDOM;

    /**
     * The one that people write so.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static Choice of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }
  }

  /** What becomes of a container when it cannot stay on its host. */
  public enum Moving {
    /**
     * It moves with what it has written when its host is drained, and waits for a host that died.
     */
    USUAL,

    /** It is made anew elsewhere when its host dies, too, without what it has written. */
    ON_NODE_FAILURE,

    /** It stays. */
    OFF
  }

  /** A hint that cannot be read; the message says which. */
  public static final class MalformedException extends Exception {
    MalformedException(String message) {
      super(message);
    }
  }

  private static final String STRATEGY = "strategy:";
  private static final String RESCHEDULE = "reschedule:";
  private static final Set<String> STRATEGIES =
      Arrays.stream(Choice.values())
          .map(each -> each.name().toLowerCase(Locale.ROOT))
          .collect(Collectors.toUnmodifiableSet());
  private static final Set<String> POLICIES = Set.of("off", "on-node-failure");

  /**
   * Reads hints, each a kind and an expression.
   *
   * @throws MalformedException when one cannot be read
   */
  public static PlacementHints of(List<String> texts) throws MalformedException {
    List<String> expressions = new ArrayList<>();
    Optional<Choice> strategy = Optional.empty();
    Moving moving = Moving.USUAL;
    for (String text : texts) {
      if (text.startsWith(STRATEGY)) {
        strategy = Optional.of(Choice.of(oneOf(STRATEGIES, text, STRATEGY)));
      } else if (text.startsWith(RESCHEDULE)) {
        moving =
            oneOf(POLICIES, text, RESCHEDULE).equals("off") ? Moving.OFF : Moving.ON_NODE_FAILURE;
      } else {
        expressions.add(text);
      }
    }
    try {
      return new PlacementHints(List.copyOf(texts), Hints.parse(expressions), strategy, moving);
    } catch (MalformedHintException e) {
      throw new MalformedException(e.getMessage());
    }
  }

  /** The same without what is only wanted. */
  public PlacementHints required() {
    return new PlacementHints(
        texts.stream().filter(text -> !isSoft(text)).toList(),
        expressions.required(),
        strategy,
        moving);
  }

  private static boolean isSoft(String text) {
    try {
      return of(List.of(text)).expressions().hasSoft();
    } catch (MalformedException e) {
      throw new IllegalStateException("it was read before: " + text, e);
    }
  }

  private static String oneOf(Set<String> known, String text, String kind)
      throws MalformedException {
    String word = text.substring(kind.length());
    if (!known.contains(word)) {
      throw new MalformedException(
          "%s \"%s\" is invalid: use %s"
              .formatted(
                  kind.substring(0, kind.length() - 1),
                  word,
                  String.join(" or ", known.stream().sorted().toList())));
    }
    return word;
  }
}

package dev.berth.scheduler;

import dev.berth.scheduler.expression.Expression;
import java.util.Optional;

/**
 * A label of a container.
 *
 * @param key in lower case
 */
public record Label(String key, String value) {

  /** The one that an affinity is about; empty when it is about something else, or about several. */
  public static Optional<Label> of(Expression affinity) {
    return switch (affinity.key()) {
      case "container", "image" -> Optional.empty();
      default -> affinity.literal().map(value -> new Label(affinity.key(), value));
    };
  }
}

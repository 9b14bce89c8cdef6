package dev.berth.scheduler.expression;

import java.util.Optional;

/** The right side of an expression. Immutable. */
sealed interface TextPattern permits Glob, Regex {

  /** Takes a time that is bounded by the product of the two lengths. */
  boolean matches(String text);

  /** The only text that it matches; empty when it may match several. */
  Optional<String> literal();

  /** As its author wrote it. */
  @Override
  String toString();
}

package dev.berth.scheduler.expression;

/** The right side of an expression. Immutable. */
sealed interface TextPattern permits Glob, Regex {

  /** Takes a time that is bounded by the product of the two lengths. */
  boolean matches(String text);

  /** As its author wrote it. */
  @Override
  String toString();
}

package dev.berth.manager.view;

/** What a name, id or id prefix means in a scope. */
public sealed interface Resolution {
  record Found(Container container) implements Resolution {}

  /** Nothing of the scope; whether anything of another has it cannot be told. */
  record NotFound() implements Resolution {}

  /** A prefix of several ids. */
  record Ambiguous() implements Resolution {}
}

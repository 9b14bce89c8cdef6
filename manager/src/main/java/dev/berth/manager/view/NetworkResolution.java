package dev.berth.manager.view;

/** What a name, id or id prefix of a network means in a scope. */
public sealed interface NetworkResolution {
  record Found(Network network) implements NetworkResolution {}

  /** Nothing of the scope; whether anything of another has it cannot be told. */
  record NotFound() implements NetworkResolution {}

  /** A prefix of so many ids. */
  record Ambiguous(int matches) implements NetworkResolution {}
}

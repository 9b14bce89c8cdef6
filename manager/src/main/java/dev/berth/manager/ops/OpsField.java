package dev.berth.manager.ops;

/**
 * A parameter of a call's query, or a field of its body.
 *
 * @param meaning in a phrase, for the documentation
 */
record OpsField(String name, Type type, Need need, String meaning) {

  /** What a value is. */
  enum Type {
    TEXT,
    NUMBER,
    FLAG,
    /** A number of seconds, or a text as 90s, 15m, 24h or 30d. */
    DURATION,
    /** An object or an array, whose form the meaning tells. */
    TREE
  }

  /** Whether a call can do without it. */
  enum Need {
    REQUIRED,
    OPTIONAL
  }

  static OpsField required(String name, Type type, String meaning) {
    return new OpsField(name, type, Need.REQUIRED, meaning);
  }

  static OpsField optional(String name, Type type, String meaning) {
    return new OpsField(name, type, Need.OPTIONAL, meaning);
  }
}

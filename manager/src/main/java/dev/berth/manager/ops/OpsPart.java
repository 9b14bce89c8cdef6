package dev.berth.manager.ops;

/**
 * A field of an answer.
 *
 * @param isAlways whether every answer has it
 * @param meaning in a phrase, for the documentation
 */
record OpsPart(String name, OpsShape shape, boolean isAlways, String meaning) {

  static OpsPart always(String name, OpsShape shape, String meaning) {
    return new OpsPart(name, shape, true, meaning);
  }

  static OpsPart sometimes(String name, OpsShape shape, String meaning) {
    return new OpsPart(name, shape, false, meaning);
  }
}

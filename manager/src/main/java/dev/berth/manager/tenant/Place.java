package dev.berth.manager.tenant;

/**
 * Where in a body a rule looks, and what it may need there.
 *
 * @param path the field's path from the top, empty for the body itself
 */
record Place(String path, Admission admission) {

  static Place top(Admission admission) {
    return new Place("", admission);
  }

  Place field(String name) {
    return new Place(path.isEmpty() ? name : path + "." + name, admission);
  }

  Place item(int index) {
    return new Place(path + "[" + index + "]", admission);
  }

  /** The last part of the path. */
  String name() {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  PolicyLimits limits() {
    return admission.limits();
  }

  PolicyDeniedException denied(String reason) {
    return PolicyDeniedException.denied(path, reason);
  }

  MalformedBodyException malformed(String wanted) {
    return new MalformedBodyException(
        "%s must be %s".formatted(path.isEmpty() ? "the body" : path, wanted));
  }
}

package dev.berth.manager.http;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the names of a route's template stand for in a request's path. */
record PathValues(Map<String, String> values) {
  static final PathValues NONE = new PathValues(Map.of());

  PathValues {
    values = Map.copyOf(values);
  }

  PathValues with(String name, String value) {
    Map<String, String> more = new HashMap<>(values);
    more.put(name, value);
    return new PathValues(more);
  }

  Optional<String> find(String name) {
    return Optional.ofNullable(values.get(name));
  }

  String get(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalStateException("the route has no {" + name + "}");
    }
    return value;
  }
}

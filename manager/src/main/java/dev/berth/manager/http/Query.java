package dev.berth.manager.http;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The parameters of a request, in order. */
record Query(List<Parameter> parameters) {

  record Parameter(String key, String value) {}

  /** The parameters that the Engine API lets stand several times. */
  private static final Set<String> REPEATABLE =
      Set.of("names", "t", "changes", "type", "extrahosts");

  Query {
    parameters = List.copyOf(parameters);
  }

  static Query parse(String raw) {
    List<Parameter> parameters = new ArrayList<>();
    for (String pair : raw.split("&")) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String key = decode(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
      if (!REPEATABLE.contains(key) && parameters.stream().anyMatch(p -> p.key().equals(key))) {
        throw ApiException.badRequest("the parameter \"" + key + "\" is given twice");
      }
      parameters.add(new Parameter(key, value));
    }
    return new Query(parameters);
  }

  private static String decode(String text) {
    return ApiPath.decode(text.replace('+', ' '));
  }

  Optional<String> first(String key) {
    return parameters.stream().filter(p -> p.key().equals(key)).map(Parameter::value).findFirst();
  }

  List<String> all(String key) {
    return parameters.stream().filter(p -> p.key().equals(key)).map(Parameter::value).toList();
  }

  /** As the engine reads a boolean: anything but these few is true. */
  boolean flag(String key) {
    String value = first(key).orElse("").strip().toLowerCase(Locale.ROOT);
    return !Set.of("", "0", "no", "false", "none").contains(value);
  }

  Query with(String key, String value) {
    List<Parameter> changed = new ArrayList<>(without(key).parameters);
    changed.add(new Parameter(key, value));
    return new Query(changed);
  }

  Query without(String key) {
    return new Query(parameters.stream().filter(p -> !p.key().equals(key)).toList());
  }

  /** The parameters of these keys alone: a call forwards what it knows, and nothing else. */
  Query only(String... keys) {
    Set<String> kept = Set.of(keys);
    return new Query(parameters.stream().filter(p -> kept.contains(p.key())).toList());
  }

  /** Written anew for the engine, with the question mark; empty when there are no parameters. */
  String encoded() {
    StringBuilder text = new StringBuilder();
    for (Parameter parameter : parameters) {
      text.append(text.isEmpty() ? '?' : '&')
          .append(URLEncoder.encode(parameter.key(), StandardCharsets.UTF_8))
          .append('=')
          .append(URLEncoder.encode(parameter.value(), StandardCharsets.UTF_8));
    }
    return text.toString();
  }
}

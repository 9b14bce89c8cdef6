package dev.berth.manager.ops;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The parameters behind a call's path. Immutable. */
final class OpsQuery {
  static final OpsQuery NONE = new OpsQuery(Map.of());

  private static final JsonMapper JSON = new JsonMapper();
  private static final Set<String> FLAGS = Set.of("0", "1", "false", "true");

  private final Map<String, String> parameters;

  private OpsQuery(Map<String, String> parameters) {
    this.parameters = Map.copyOf(parameters);
  }

  /**
   * Those that a route declares; a call with others, or with one that says two things or none, is
   * refused: what is misspelled must not be passed over.
   *
   * @param target of the request, with its path
   */
  static OpsQuery of(OpsRoute route, String target) {
    Map<String, String> found = new HashMap<>();
    int question = target.indexOf('?');
    String query = question < 0 ? "" : target.substring(question + 1);
    for (String pair : query.split("&")) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        OpsField field = field(route, decode(equals < 0 ? pair : pair.substring(0, equals)));
        if (equals < 0) {
          throw OpsException.badRequest(
              "the parameter \"%s\" has no value: write %s".formatted(field.name(), usage(field)));
        }
        String value = checked(field, decode(pair.substring(equals + 1)));
        if (found.put(field.name(), value) != null) {
          throw OpsException.badRequest(
              "the parameter \"%s\" is given twice: give it once".formatted(field.name()));
        }
      }
    }
    return new OpsQuery(found);
  }

  private static OpsField field(OpsRoute route, String name) {
    return route.query().stream()
        .filter(field -> field.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                OpsException.badRequest(
                    "unknown parameter \"%s\"; this call has %s"
                        .formatted(
                            name,
                            route.query().isEmpty()
                                ? "none"
                                : route.query().stream()
                                    .map(OpsField::name)
                                    .collect(Collectors.joining(", ")))));
  }

  private static String usage(OpsField field) {
    return field.name() + (field.type() == OpsField.Type.FLAG ? "=true" : "=VALUE");
  }

  private static String checked(OpsField field, String value) {
    if (field.type() == OpsField.Type.FLAG && !FLAGS.contains(value)) {
      throw OpsException.badRequest(
          "\"%s\" must be true or false, or 1 or 0".formatted(field.name()));
    }
    return value;
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw OpsException.badRequest("the query is not percent-encoded as it must be");
    }
  }

  /** Empty when it is not given, or empty. */
  Optional<String> text(String name) {
    return Optional.ofNullable(parameters.get(name)).filter(text -> !text.isEmpty());
  }

  boolean isYes(String name) {
    return text(name).filter(text -> text.equals("1") || text.equals("true")).isPresent();
  }

  int number(String name, int usual, int most) {
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      return usual;
    }
    if (!text.get().matches("[0-9]{1,6}") || Integer.parseInt(text.get()) > most) {
      throw OpsException.badRequest("\"%s\" must be a number from 0 to %d".formatted(name, most));
    }
    return Integer.parseInt(text.get());
  }

  /** A time as ISO 8601 has it, or how long ago. */
  Optional<Instant> moment(String name, InstantSource clock) {
    Optional<String> given = text(name);
    if (given.isEmpty()) {
      return Optional.empty();
    }
    String text = given.get();
    if (Character.isDigit(text.charAt(0)) && text.length() < 12 && !text.contains("-")) {
      ObjectNode body = JSON.createObjectNode().put(name, text);
      return new OpsBody(body).duration(name).map(clock.instant()::minus);
    }
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException e) {
      throw OpsException.badRequest(
          "\"%s\" must be a time as 2026-01-31T12:00:00Z, or a duration as 10m".formatted(name));
    }
  }
}

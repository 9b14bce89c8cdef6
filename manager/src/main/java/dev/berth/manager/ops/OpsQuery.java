package dev.berth.manager.ops;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The parameters behind a call's path. Immutable. */
final class OpsQuery {
  private static final JsonMapper JSON = new JsonMapper();

  private final Map<String, String> parameters;

  private OpsQuery(Map<String, String> parameters) {
    this.parameters = parameters;
  }

  /** Those of a call, which has no others than its route declares. */
  static OpsQuery of(OpsCall call) {
    List<String> known = call.route().query().stream().map(OpsField::name).toList();
    Map<String, String> found = new HashMap<>();
    String target = call.exchange().request().target();
    int question = target.indexOf('?');
    if (question >= 0) {
      for (String pair : target.substring(question + 1).split("&")) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          found.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
        }
      }
    }
    for (String name : found.keySet()) {
      if (!known.contains(name)) {
        throw OpsException.badRequest(
            "unknown parameter \"%s\"; this call has %s".formatted(name, String.join(", ", known)));
      }
    }
    return new OpsQuery(found);
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

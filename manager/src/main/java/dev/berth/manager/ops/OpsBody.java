package dev.berth.manager.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.TenantId;
import dev.berth.manager.tenant.Role;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The fields of a request's body, read as what they must be. */
record OpsBody(ObjectNode json) {
  private static final Pattern SHORT_DURATION = Pattern.compile("([0-9]{1,9})([smhd])");

  /**
   * Refuses a body with any other field than these, when there are any: a misspelled option must
   * not be passed over.
   */
  OpsBody only(List<OpsField> fields) {
    List<String> names = fields.stream().map(OpsField::name).toList();
    for (var field : json.properties()) {
      if (!names.isEmpty() && !names.contains(field.getKey())) {
        throw OpsException.badRequest(
            "unknown field \"%s\"; this call has %s"
                .formatted(field.getKey(), String.join(", ", names)));
      }
    }
    return this;
  }

  Optional<String> text(String name) {
    JsonNode value = json.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw OpsException.badRequest("\"%s\" must be a string".formatted(name));
    }
    return Optional.of(value.textValue());
  }

  /** A list of texts; empty when it is not given. */
  Optional<List<String>> texts(String name) {
    JsonNode value = json.path(name);
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    List<String> texts = new ArrayList<>();
    value.forEach(each -> texts.add(each.textValue()));
    if (!value.isArray() || texts.contains(null)) {
      throw OpsException.badRequest("\"%s\" must be a list of strings".formatted(name));
    }
    return Optional.of(List.copyOf(texts));
  }

  /** An object; empty when it is not given. */
  JsonNode object(String name) {
    JsonNode value = json.path(name);
    if (!value.isMissingNode() && !value.isObject()) {
      throw OpsException.badRequest("\"%s\" must be an object".formatted(name));
    }
    return value;
  }

  String requiredText(String name) {
    return text(name)
        .filter(text -> !text.isEmpty())
        .orElseThrow(() -> OpsException.badRequest("\"%s\" is missing".formatted(name)));
  }

  TenantId requiredTenant(String name) {
    return parsed(requiredText(name), TenantId::new);
  }

  Optional<Role> role(String name) {
    return text(name).map(role -> parsed(role, Role::parse));
  }

  /** A duration as a number of seconds, as 90s, 15m, 24h or 30d, or in the form of ISO 8601. */
  Optional<Duration> duration(String name) {
    JsonNode value = json.path(name);
    if (value.isIntegralNumber() && value.canConvertToInt()) {
      return Optional.of(Duration.ofSeconds(value.intValue()));
    }
    return text(name).map(text -> duration(name, text));
  }

  int number(String name, int usual, int least, int most) {
    JsonNode value = json.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return usual;
    }
    if (!value.isInt() || value.intValue() < least || value.intValue() > most) {
      throw OpsException.badRequest(
          "\"%s\" must be a number from %d to %d".formatted(name, least, most));
    }
    return value.intValue();
  }

  private static Duration duration(String name, String text) {
    Matcher matcher = SHORT_DURATION.matcher(text);
    if (matcher.matches()) {
      long number = Long.parseLong(matcher.group(1));
      return switch (matcher.group(2)) {
        case "s" -> Duration.ofSeconds(number);
        case "m" -> Duration.ofMinutes(number);
        case "h" -> Duration.ofHours(number);
        default -> Duration.ofDays(number);
      };
    }
    try {
      return Duration.parse(text);
    } catch (DateTimeException _) {
      throw OpsException.badRequest(
          "\"%s\" must be a duration, as 90s, 15m, 24h or 30d".formatted(name));
    }
  }

  static <S, T> T parsed(S given, Function<S, T> parse) {
    try {
      return parse.apply(given);
    } catch (IllegalArgumentException e) {
      throw OpsException.badRequest(e.getMessage());
    }
  }
}

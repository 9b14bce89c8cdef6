package dev.berth.manager.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which events {@code GET /events} asks for (Engine API, SystemEvents).
 *
 * @param since events from then on, kept ones included; empty for new ones only
 * @param until the stream ends then; empty for never
 */
public record EventQuery(Optional<Instant> since, Optional<Instant> until, Filters filters)
    implements Predicate<JsonNode> {
  public static final Set<String> KNOWN =
      Set.of(
          "config",
          "container",
          "daemon",
          "event",
          "image",
          "label",
          "network",
          "node",
          "plugin",
          "scope",
          "secret",
          "service",
          "type",
          "volume");

  private static final List<String> OBJECTS =
      List.of("container", "image", "network", "volume", "plugin", "daemon");
  private static final Pattern UNIX = Pattern.compile("-?[0-9]{1,12}(\\.[0-9]{1,9})?");
  private static final Pattern GO_DURATION =
      Pattern.compile("(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)(?:\\.[0-9]+)?s)?");

  /**
   * The moment of a prune's filter {@code until}.
   *
   * @throws Filters.InvalidFilterException in the engine's words for a prune
   */
  public static Optional<Instant> until(String text, Instant now) {
    try {
      return moment(text, now);
    } catch (Filters.InvalidFilterException e) {
      throw new Filters.InvalidFilterException(
          "failed to parse value as time or duration: \"%s\"".formatted(text));
    }
  }

  /**
   * A moment as the engine takes it: seconds since 1970 with an optional fraction, RFC 3339, or a
   * length of time before now as 1h30m.
   *
   * @throws Filters.InvalidFilterException when it is none of them
   */
  public static Optional<Instant> moment(String text, Instant now) {
    if (text.isEmpty() || text.equals("0")) {
      return Optional.empty();
    }
    if (UNIX.matcher(text).matches()) {
      BigDecimal seconds = new BigDecimal(text);
      return Optional.of(
          Instant.ofEpochSecond(
              seconds.longValue(),
              seconds.remainder(BigDecimal.ONE).movePointRight(9).longValue()));
    }
    Matcher duration = GO_DURATION.matcher(text);
    if (duration.matches()) {
      return Optional.of(
          now.minus(
              Duration.ofHours(number(duration.group(1)))
                  .plusMinutes(number(duration.group(2)))
                  .plusSeconds(number(duration.group(3)))));
    }
    try {
      return Optional.of(OffsetDateTime.parse(text.toUpperCase(Locale.ROOT)).toInstant());
    } catch (DateTimeParseException e) {
      throw new Filters.InvalidFilterException(
          "strconv.ParseInt: parsing \"%s\": invalid syntax".formatted(text));
    }
  }

  private static long number(String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }

  static long nanos(JsonNode event) {
    return event.path("timeNano").asLong();
  }

  @Override
  public boolean test(JsonNode event) {
    Instant time = Instant.ofEpochSecond(0, nanos(event));
    return since.map(from -> !time.isBefore(from)).orElse(true)
        && until.map(to -> !time.isAfter(to)).orElse(true)
        && any("type", event.path("Type").asText()::equals)
        && any("scope", event.path("scope").asText("local")::equals)
        && any("event", wanted -> isAction(wanted, event.path("Action").asText()))
        && filters.get("label").stream().allMatch(label -> hasLabel(event, label))
        && OBJECTS.stream().allMatch(type -> isAbout(type, event));
  }

  private boolean any(String key, Predicate<String> condition) {
    List<String> values = filters.get(key);
    return values.isEmpty() || values.stream().anyMatch(condition);
  }

  /** {@code health_status} means {@code health_status: healthy}, too. */
  private static boolean isAction(String wanted, String action) {
    return action.equals(wanted) || action.startsWith(wanted + ":");
  }

  private static boolean hasLabel(JsonNode event, String wanted) {
    JsonNode attributes = event.path("Actor").path("Attributes");
    int equals = wanted.indexOf('=');
    return equals < 0
        ? attributes.has(wanted)
        : attributes
            .path(wanted.substring(0, equals))
            .asText("")
            .equals(wanted.substring(equals + 1));
  }

  private boolean isAbout(String type, JsonNode event) {
    if (!filters.has(type)) {
      return true;
    }
    JsonNode actor = event.path("Actor");
    String id = actor.path("ID").asText();
    String name = actor.path("Attributes").path("name").asText("");
    String image = actor.path("Attributes").path("image").asText("");
    boolean isOfType = event.path("Type").asText().equals(type);
    return any(
        type,
        wanted ->
            (isOfType && (id.startsWith(wanted) || name.startsWith(wanted)))
                || (type.equals("image") && !image.isEmpty() && sameImage(image, wanted)));
  }

  private static boolean sameImage(String image, String wanted) {
    return ImageReference.normal(image).equals(ImageReference.normal(wanted));
  }
}

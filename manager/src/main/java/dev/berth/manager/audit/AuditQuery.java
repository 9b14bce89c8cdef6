package dev.berth.manager.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Which lines are asked for.
 *
 * @param equal fields and the values that they must have; {@code object} also finds an object's id
 *     by its beginning
 * @param since the time of the first, if it matters
 * @param until the time after the last, if it matters
 * @param limit how many at most: the newest
 */
public record AuditQuery(
    Map<String, String> equal, Optional<Instant> since, Optional<Instant> until, int limit) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String OBJECT = "object";
  private static final int LEAST_OF_AN_ID = 4;

  public AuditQuery {
    equal = Map.copyOf(equal);
  }

  /** Whether that line is asked for; what is no line of the log is not. */
  boolean matches(String line) {
    try {
      JsonNode entry = JSON.readTree(line);
      return entry.isObject()
          && isWithin(entry.path("time").asText())
          && equal.entrySet().stream().allMatch(field -> has(entry, field));
    } catch (JsonProcessingException | DateTimeException e) {
      return false;
    }
  }

  private boolean isWithin(String time) {
    if (since.isEmpty() && until.isEmpty()) {
      return true;
    }
    Instant instant = Instant.parse(time);
    return since.filter(instant::isBefore).isEmpty()
        && until.filter(u -> !instant.isBefore(u)).isEmpty();
  }

  private static boolean has(JsonNode entry, Map.Entry<String, String> field) {
    String wanted = field.getValue();
    if (entry.path(field.getKey()).asText().equals(wanted)) {
      return true;
    }
    return field.getKey().equals(OBJECT)
        && wanted.length() >= LEAST_OF_AN_ID
        && entry.path("id").asText().startsWith(wanted);
  }
}

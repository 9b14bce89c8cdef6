package dev.berth.manager.tenant;

import static dev.berth.manager.tenant.FieldTable.field;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** The resource limits of setrlimit(2) that a tenant may set, with the highest value of each. */
final class Ulimits {
  private static final Map<String, ToLongFunction<PolicyLimits>> HIGHEST =
      Map.ofEntries(
          Map.entry("core", _ -> Long.MAX_VALUE),
          Map.entry("cpu", _ -> Long.MAX_VALUE),
          Map.entry("data", _ -> Long.MAX_VALUE),
          Map.entry("fsize", _ -> Long.MAX_VALUE),
          Map.entry("locks", _ -> Long.MAX_VALUE),
          Map.entry("memlock", PolicyLimits::lockedBytes),
          Map.entry("msgqueue", _ -> 819_200L),
          Map.entry("nofile", PolicyLimits::openFiles),
          Map.entry("nproc", PolicyLimits::pids),
          Map.entry("rss", _ -> Long.MAX_VALUE),
          Map.entry("sigpending", _ -> 65_536L),
          Map.entry("stack", _ -> Long.MAX_VALUE));

  private static final FieldTable FIELDS =
      new FieldTable(
          Rules.UNKNOWN,
          List.of(
              field("Name", Rules.TEXT), field("Soft", Rules.NUMBER), field("Hard", Rules.NUMBER)));

  static final Rule RULE = Ulimits::admit;

  private Ulimits() {}

  private static Optional<JsonNode> admit(JsonNode value, Place at) {
    ObjectNode ulimit = FIELDS.apply(value, at);
    String name = ulimit.path("Name").asText("");
    ToLongFunction<PolicyLimits> highest = HIGHEST.get(name);
    if (highest == null) {
      throw at.denied("the limit \"%s\" is not for tenants".formatted(name));
    }
    long most = highest.applyAsLong(at.limits());
    check(ulimit.path("Soft").longValue(), most, at.field("Soft"));
    check(ulimit.path("Hard").longValue(), most, at.field("Hard"));
    return Optional.of(ulimit);
  }

  /** The kernel reads a negative limit as none. */
  private static void check(long asked, long most, Place at) {
    if (most != Long.MAX_VALUE && (asked < 0 || asked > most)) {
      throw at.denied("it must be from 0 to %d".formatted(most));
    }
  }
}

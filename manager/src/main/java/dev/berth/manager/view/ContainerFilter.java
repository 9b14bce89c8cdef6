package dev.berth.manager.view;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.berth.manager.view.ContainerQuery.PortRange;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Decides which containers of a scope a query means, with the engine's meaning of each filter
 * (Engine 20.10): values of one filter are alternatives, but labels must all be there.
 */
final class ContainerFilter implements Predicate<Container> {
  private final ContainerQuery query;
  private final Filters filters;
  private final Set<String> ancestors;
  private final Optional<Instant> after;
  private final Optional<Instant> before;

  /**
   * For one list.
   *
   * @param ancestors the ids of the images that the ancestor filter means, and their descendants
   * @param after the latest creation that {@code since} names
   * @param before the earliest creation that {@code before} names
   */
  ContainerFilter(
      ContainerQuery query,
      Set<String> ancestors,
      Optional<Instant> after,
      Optional<Instant> before) {
    this.query = query;
    this.filters = query.filters();
    this.ancestors = ancestors;
    this.after = after;
    this.before = before;
  }

  @Override
  public boolean test(Container container) {
    Observed observed = container.observed();
    JsonNode fields = container.entry().fields();
    return (query.includesStopped() || observed.status().running())
        && after.map(time -> observed.created().isAfter(time)).orElse(true)
        && before.map(time -> observed.created().isBefore(time)).orElse(true)
        && any("id", value -> matches(value, container.id().value()))
        && any("name", value -> isNamed(value, container.name().value()))
        && any("status", observed.state()::equals)
        && any("health", health -> isHealth(health, observed.status()))
        && any("exited", code -> hasExited(observed, code))
        && any("is-task", value -> !isTrue(value))
        && any("isolation", value -> value.isEmpty() || value.equals("default"))
        && all("label", label -> hasLabel(fields.path("Labels"), label))
        && any("network", network -> isInNetwork(fields, network))
        && any("volume", volume -> hasVolume(fields, volume))
        && any("publish", ports -> isPublished(fields, PortRange.parse("publish", ports)))
        && any("expose", ports -> isExposed(observed, PortRange.parse("expose", ports)))
        && (!filters.has("ancestor") || ancestors.contains(fields.path("ImageID").asText()));
  }

  private boolean any(String key, Predicate<String> condition) {
    List<String> values = filters.get(key);
    return values.isEmpty() || values.stream().anyMatch(condition);
  }

  private boolean all(String key, Predicate<String> condition) {
    return filters.get(key).stream().allMatch(condition);
  }

  static boolean matches(String pattern, String text) {
    if (pattern.equals(text)) {
      return true;
    }
    try {
      return Pattern.compile(pattern).matcher(text).find();
    } catch (PatternSyntaxException e) {
      return false;
    }
  }

  /** An engine compares names with and without their slash. */
  private static boolean isNamed(String pattern, String name) {
    return matches(pattern, "/" + name) || matches(pattern, name);
  }

  private static boolean isHealth(String wanted, Status status) {
    return wanted.equals(status.health().isEmpty() ? "none" : status.health());
  }

  private static boolean hasExited(Observed observed, String code) {
    return observed.status().wasStarted()
        && !observed.status().running()
        && observed.status().exitCode() == Integer.parseInt(code);
  }

  private static boolean isTrue(String value) {
    return value.equals("1") || value.equals("true");
  }

  static boolean hasLabel(JsonNode labels, String wanted) {
    int equals = wanted.indexOf('=');
    String key = equals < 0 ? wanted : wanted.substring(0, equals);
    return labels.has(key)
        && (equals < 0 || labels.path(key).asText().equals(wanted.substring(equals + 1)));
  }

  private static boolean isInNetwork(JsonNode fields, String wanted) {
    JsonNode networks = fields.path("NetworkSettings").path("Networks");
    if (networks.has(wanted)) {
      return true;
    }
    for (JsonNode network : networks) {
      if (network.path("NetworkID").asText().startsWith(wanted)) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasVolume(JsonNode fields, String wanted) {
    for (JsonNode mount : fields.path("Mounts")) {
      if (mount.path("Name").asText().equals(wanted)
          || mount.path("Destination").asText().equals(wanted)
          || mount.path("Source").asText().equals(wanted)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isPublished(JsonNode fields, PortRange wanted) {
    for (JsonNode port : fields.path("Ports")) {
      // By the port of the host, as Engine 20.10 does; expose is the filter for a container's own.
      if (port.has("PublicPort")
          && wanted.includes(port.path("PublicPort").asInt(), port.path("Type").asText())) {
        return true;
      }
    }
    return false;
  }

  private static boolean isExposed(Observed observed, PortRange wanted) {
    for (String port : observed.exposed()) {
      PortRange exposed = PortRange.parse("expose", port);
      if (wanted.includes(exposed.from(), exposed.protocol())) {
        return true;
      }
    }
    return false;
  }
}

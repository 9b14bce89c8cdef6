package dev.berth.manager.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What {@code GET /networks} and {@code POST /networks/prune} ask for (Engine API, NetworkList).
 */
public final class NetworkQuery implements Predicate<Network> {
  public static final Set<String> LIST =
      Set.of("dangling", "driver", "id", "label", "name", "scope", "type");
  public static final Set<String> PRUNE = Set.of("label", "label!", "until");

  private final Filters filters;
  private final Predicate<Network> isUsed;
  private final Optional<Instant> until;

  /**
   * For one list.
   *
   * @throws Filters.InvalidFilterException with the engine's words
   */
  NetworkQuery(Filters filters, Predicate<Network> isUsed, Instant now) {
    this.filters = filters;
    this.isUsed = isUsed;
    List<String> dangling = filters.get("dangling");
    if (dangling.size() > 1
        || dangling.stream().anyMatch(v -> !Set.of("true", "1", "false", "0").contains(v))) {
      throw new Filters.InvalidFilterException(
          "invalid value for filter 'dangling', must be \"true\" (or \"1\"), or \"false\""
              + " (or \"0\")");
    }
    for (String type : filters.get("type")) {
      if (!type.equals("custom") && !type.equals("builtin")) {
        throw new Filters.InvalidFilterException("invalid filter: 'type'='%s'".formatted(type));
      }
    }
    filters.get("name").forEach(ContainerQuery::boundPattern);
    filters.get("id").forEach(ContainerQuery::boundPattern);
    this.until =
        filters.get("until").stream().findFirst().flatMap(text -> EventQuery.until(text, now));
  }

  @Override
  public boolean test(Network network) {
    JsonNode labels = network.labels();
    JsonNode json = network.json();
    return any("name", name -> ContainerFilter.matches(name, network.name()))
        && any("id", id -> ContainerFilter.matches(id, network.id()))
        && any("driver", json.path("Driver").asText()::equals)
        && any("scope", "local"::equals)
        && any("type", type -> type.equals("builtin") == network.isPredefined())
        && any("dangling", value -> isDangling(network) == isTrue(value))
        && filters.get("label").stream().allMatch(label -> ContainerFilter.hasLabel(labels, label))
        && filters.get("label!").stream()
            .noneMatch(label -> ContainerFilter.hasLabel(labels, label))
        && until
            .map(time -> Observed.instant(json.path("Created").asText()).isBefore(time))
            .orElse(true);
  }

  private boolean isDangling(Network network) {
    return !network.isPredefined() && !isUsed.test(network);
  }

  private static boolean isTrue(String value) {
    return value.equals("true") || value.equals("1");
  }

  private boolean any(String key, Predicate<String> condition) {
    List<String> values = filters.get(key);
    return values.isEmpty() || values.stream().anyMatch(condition);
  }
}

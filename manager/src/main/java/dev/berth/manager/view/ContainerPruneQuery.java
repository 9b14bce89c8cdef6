package dev.berth.manager.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Which containers {@code POST /containers/prune} means (Engine API, ContainerPrune). */
public final class ContainerPruneQuery implements Predicate<Container> {
  public static final Set<String> KNOWN = Set.of("label", "label!", "until");

  private final Filters filters;
  private final Optional<Instant> until;

  /**
   * As of that moment.
   *
   * @throws Filters.InvalidFilterException with the engine's words
   */
  public ContainerPruneQuery(Filters filters, Instant now) {
    this.filters = filters;
    if (filters.get("until").size() > 1) {
      throw new Filters.InvalidFilterException("more than one until filter specified");
    }
    this.until = filters.get("until").stream().findFirst().flatMap(t -> EventQuery.moment(t, now));
  }

  @Override
  public boolean test(Container container) {
    JsonNode labels = container.entry().fields().path("Labels");
    return !container.isRunning()
        && until.map(end -> container.created().isBefore(end)).orElse(true)
        && filters.get("label").stream().allMatch(label -> ContainerFilter.hasLabel(labels, label))
        && (!filters.has("label!")
            || !filters.get("label!").stream()
                .allMatch(label -> ContainerFilter.hasLabel(labels, label)));
  }
}

package dev.berth.manager.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** What {@code GET /volumes} and {@code POST /volumes/prune} ask for (Engine API, VolumeList). */
public final class VolumeQuery implements Predicate<Volume> {
  public static final Set<String> LIST = Set.of("dangling", "driver", "label", "name");
  public static final Set<String> PRUNE = Set.of("label", "label!");

  private final Filters filters;
  private final Predicate<Volume> isUsed;

  /**
   * For one list.
   *
   * @throws Filters.InvalidFilterException with the engine's words
   */
  VolumeQuery(Filters filters, Predicate<Volume> isUsed) {
    this.filters = filters;
    this.isUsed = isUsed;
    List<String> dangling = filters.get("dangling");
    if (!dangling.isEmpty() && dangling.stream().noneMatch(VolumeQuery::isBoolean)) {
      throw new Filters.InvalidFilterException(
          "Invalid filter 'dangling=[%s]'".formatted(String.join(" ", dangling)));
    }
    filters.get("name").forEach(ContainerQuery::boundPattern);
  }

  private static boolean isBoolean(String value) {
    return Set.of("true", "1", "false", "0").contains(value);
  }

  @Override
  public boolean test(Volume volume) {
    JsonNode labels = volume.labels();
    List<String> dangling = filters.get("dangling");
    boolean wantsDangling = dangling.contains("true") || dangling.contains("1");
    return (dangling.isEmpty() || wantsDangling != isUsed.test(volume))
        && (!filters.has("driver") || filters.get("driver").contains("local"))
        && (!filters.has("name")
            || filters.get("name").stream()
                .anyMatch(name -> ContainerFilter.matches(name, volume.name())))
        && filters.get("label").stream().allMatch(label -> ContainerFilter.hasLabel(labels, label))
        && filters.get("label!").stream()
            .noneMatch(label -> ContainerFilter.hasLabel(labels, label));
  }
}

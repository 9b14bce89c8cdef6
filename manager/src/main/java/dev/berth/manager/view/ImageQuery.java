package dev.berth.manager.view;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.ImageId;
import dev.berth.common.id.Labels;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code GET /images/json} asks for (Engine API, ImageList), with the engine's meaning of each
 * filter (Engine 20.10).
 */
public record ImageQuery(Filters filters) {
  public static final Set<String> KNOWN =
      Set.of("dangling", "label", "before", "since", "reference");
  private static final Set<String> TRUE = Set.of("1", "true");
  private static final Set<String> FALSE = Set.of("0", "false");

  /**
   * Checks the filters' values.
   *
   * @throws Filters.InvalidFilterException with the engine's words
   */
  public ImageQuery {
    for (String value : filters.get("dangling")) {
      if (!TRUE.contains(value) && !FALSE.contains(value)) {
        throw new Filters.InvalidFilterException(
            "Invalid filter 'dangling=[%s]'".formatted(String.join(" ", filters.get("dangling"))));
      }
    }
  }

  private Optional<Boolean> dangling() {
    return filters.get("dangling").stream().findFirst().map(TRUE::contains);
  }

  /** The answer. */
  public ArrayNode list(TenantImages images) {
    long since = bound(images, "since", Long.MIN_VALUE);
    long before = bound(images, "before", Long.MAX_VALUE);
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (TenantImage image : images.all()) {
      if (image.created() > since && image.created() < before && hasLabels(image.entry())) {
        entry(image, images).ifPresent(list::add);
      }
    }
    return list;
  }

  private long bound(TenantImages images, String filter, long otherwise) {
    for (String reference : filters.get(filter)) {
      return images
          .resolve(reference)
          .orElseThrow(() -> new Filters.InvalidFilterException("No such image: " + reference))
          .created();
    }
    return otherwise;
  }

  private boolean hasLabels(JsonNode entry) {
    return matchesLabels(filters.get("label"), entry.path("Labels"));
  }

  /** Whether a label filter, of which all values must be there, lets these labels by. */
  public static boolean matchesLabels(List<String> wanted, JsonNode labels) {
    for (String label : wanted) {
      int equals = label.indexOf('=');
      String key = equals < 0 ? label : label.substring(0, equals);
      boolean matches =
          !Labels.isReserved(key)
              && labels.has(key)
              && (equals < 0 || labels.path(key).asText().equals(label.substring(equals + 1)));
      if (!matches) {
        return false;
      }
    }
    return true;
  }

  private Optional<ObjectNode> entry(TenantImage image, TenantImages images) {
    List<String> tags = image.tags().stream().filter(this::isMeant).toList();
    List<String> digests = image.digests().stream().filter(this::isMeant).toList();
    if (tags.isEmpty() && digests.isEmpty()) {
      if (dangling().filter(wanted -> !wanted).isPresent() || filters.has("reference")) {
        return Optional.empty();
      }
      tags = List.of("<none>:<none>");
      digests = List.of("<none>@<none>");
    } else if (dangling().orElse(false) && !tags.isEmpty()) {
      return Optional.empty();
    }
    ObjectNode entry = JsonNodeFactory.instance.objectNode();
    entry.put("Containers", -1);
    entry.put("Created", image.created());
    entry.put("Id", image.id().value());
    entry.set("Labels", labels(image.entry().path("Labels")));
    entry.put("ParentId", parent(image, images));
    if (digests.isEmpty()) {
      entry.putNull("RepoDigests");
    } else {
      ArrayNode digestsShown = entry.putArray("RepoDigests");
      digests.forEach(digestsShown::add);
    }
    ArrayNode tagsShown = entry.putArray("RepoTags");
    tags.forEach(tagsShown::add);
    entry.put("SharedSize", -1);
    entry.put("Size", image.size());
    entry.put("VirtualSize", image.size());
    return Optional.of(entry);
  }

  /** The image that it was made of, if the tenant has that. */
  private static String parent(TenantImage image, TenantImages images) {
    String parent = image.entry().path("ParentId").asText();
    return ImageName.isDigest(parent) && images.find(new ImageId(parent)).isPresent() ? parent : "";
  }

  private static JsonNode labels(JsonNode labels) {
    if (!(labels instanceof ObjectNode given)) {
      return JsonNodeFactory.instance.nullNode();
    }
    ObjectNode shown = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> label : given.properties()) {
      if (!Labels.isReserved(label.getKey())) {
        shown.set(label.getKey(), label.getValue());
      }
    }
    return shown;
  }

  private boolean isMeant(String reference) {
    List<String> patterns = filters.get("reference");
    return patterns.isEmpty()
        || patterns.stream()
            .anyMatch(
                pattern ->
                    Glob.matches(pattern, reference)
                        || Glob.matches(pattern, ImageName.repositoryOf(reference)));
  }
}

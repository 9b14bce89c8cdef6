package dev.berth.manager.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.ImageRecord;
import dev.berth.manager.view.EventQuery;
import dev.berth.manager.view.Filters;
import dev.berth.manager.view.ImageQuery;
import dev.berth.manager.view.TenantImage;
import dev.berth.manager.view.View;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Removes a tenant's unused images (Engine API, ImagePrune): never a shared one, or another's. */
public final class ImagePrune {
  public static final Set<String> KNOWN = Set.of("dangling", "label", "label!", "until");

  private final View view;
  private final ImageRemoval removal;
  private final InstantSource clock;

  ImagePrune(View view, ImageRemoval removal, InstantSource clock) {
    this.view = view;
    this.removal = removal;
    this.clock = clock;
  }

  /** Removes those that the filters mean; without {@code dangling=false}, those without a tag. */
  public ObjectNode prune(TenantId tenant, Filters filters) throws IOException {
    boolean isAll =
        filters.get("dangling").stream().anyMatch(value -> Set.of("0", "false").contains(value));
    List<String> untils = filters.get("until");
    if (untils.size() > 1) {
      throw new ImageException(400, "more than one until filter specified");
    }
    Optional<Instant> until =
        untils.isEmpty() ? Optional.empty() : EventQuery.until(untils.getFirst(), clock.instant());
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ArrayNode deleted = JsonNodeFactory.instance.arrayNode();
    long reclaimed = 0;
    for (TenantImage image : view.imagesOf(tenant).all()) {
      Optional<ImageRecord> record = image.record();
      boolean isMeant =
          record.isPresent()
              && (isAll || record.get().tags().isEmpty())
              && until.map(end -> image.created() < end.getEpochSecond()).orElse(true)
              && ImageQuery.matchesLabels(filters.get("label"), image.entry().path("Labels"))
              && (!filters.has("label!")
                  || !ImageQuery.matchesLabels(
                      filters.get("label!"), image.entry().path("Labels")));
      if (isMeant) {
        ArrayNode removed = removal.prune(tenant, image);
        for (JsonNode line : removed) {
          reclaimed += line.has("Deleted") ? image.size() : 0;
        }
        deleted.addAll(removed);
      }
    }
    answer.set("ImagesDeleted", deleted.isEmpty() ? answer.nullNode() : deleted);
    return answer.put("SpaceReclaimed", reclaimed);
  }
}

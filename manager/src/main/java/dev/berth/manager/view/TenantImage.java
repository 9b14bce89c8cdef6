package dev.berth.manager.view;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.common.id.ImageId;
import dev.berth.common.record.ImageRecord;
import java.util.List;
import java.util.Optional;

/**
 * An image as a tenant sees it.
 *
 * @param tags the tenant's own and those that are shared, in their short form
 * @param digests likewise
 * @param record what makes it the tenant's own; empty for one that is only shared
 * @param entry as an engine listed it; a missing node when none did
 */
public record TenantImage(
    ImageId id,
    List<String> tags,
    List<String> digests,
    Optional<ImageRecord> record,
    JsonNode entry) {

  /** In seconds since 1970. */
  public long created() {
    return entry.isMissingNode()
        ? record.map(ImageRecord::created).orElse(0L)
        : entry.path("Created").asLong();
  }

  /** In bytes. */
  public long size() {
    return entry.isMissingNode()
        ? record.map(ImageRecord::size).orElse(0L)
        : entry.path("Size").asLong();
  }
}

package dev.berth.manager.image;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.berth.common.id.HostId;
import dev.berth.common.id.ImageId;
import dev.berth.common.id.TenantId;
import dev.berth.manager.cluster.ImageTransfers;
import dev.berth.manager.view.TenantImage;
import dev.berth.manager.view.View;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a build may take finished steps from. An engine of its own accord takes them from every
 * image that it has, whosever; given a list, only from what led to the images in it. So it always
 * gets a list: of the tenant's images. Safe for any thread.
 */
public final class BuildCache {
  private static final Logger LOG = LoggerFactory.getLogger(BuildCache.class);
  private static final int MAX_SOURCES = 64;

  /** What a client asks for. */
  public sealed interface Wanted {}

  /** No step is taken from anywhere. */
  public record None() implements Wanted {}

  /** Whatever the tenant has. */
  public record Own() implements Wanted {}

  /** These images. */
  public record From(List<String> references) implements Wanted {
    public From {
      references = List.copyOf(references);
    }
  }

  private final View view;
  private final ImageStore store;
  private final ImageTransfers transfers;

  BuildCache(View view, ImageStore store, ImageTransfers transfers) {
    this.view = view;
    this.store = store;
    this.transfers = transfers;
  }

  /** What an engine is told. */
  Map<String, List<String>> parameters(TenantId tenant, Wanted wanted, HostId host) {
    List<ImageId> sources =
        switch (wanted) {
          case None _ -> List.of();
          case Own _ ->
              view.imagesOf(tenant).all().stream()
                  .filter(image -> image.record().isPresent())
                  .map(TenantImage::id)
                  .filter(id -> view.imageHosts(id).contains(host))
                  .limit(MAX_SOURCES)
                  .toList();
          case From(List<String> references) -> brought(tenant, references, host);
        };
    // An empty list would be none, and then the engine takes from all.
    if (sources.isEmpty()) {
      return Map.of("nocache", List.of("1"));
    }
    ArrayNode ids = JsonNodeFactory.instance.arrayNode();
    sources.forEach(id -> ids.add(id.value()));
    return Map.of("cachefrom", List.of(ids.toString()));
  }

  /** As an engine does, those that cannot be found are passed over. */
  private List<ImageId> brought(TenantId tenant, List<String> references, HostId host) {
    List<ImageId> sources = new ArrayList<>();
    for (String reference : references.stream().limit(MAX_SOURCES).toList()) {
      try {
        ImageId id = store.require(tenant, reference).id();
        transfers.bring(id, host);
        sources.add(id);
      } catch (IOException e) {
        LOG.atDebug().addKeyValue("image", reference).setCause(e).log("no source of a cache");
      }
    }
    return sources;
  }
}

package dev.berth.manager.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.berth.common.id.ImageId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.ImageRecord;
import dev.berth.manager.cluster.HostLink;
import dev.berth.manager.cluster.ImageRecords;
import dev.berth.manager.cluster.ImageTransfers;
import dev.berth.manager.view.ImageName;
import dev.berth.manager.view.TenantImage;
import dev.berth.manager.view.View;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which images a tenant has, and by which names. Every change is in the records before it is
 * answered. Safe for any thread.
 */
public final class ImageStore {
  private static final int TRIES = 3;

  private final View view;
  private final ImageRecords records;
  private final ImageTransfers transfers;
  private final EngineImages engines;
  private final UnusedImages unused;
  private final ImageEvents events;

  ImageStore(
      View view,
      ImageRecords records,
      ImageTransfers transfers,
      EngineImages engines,
      UnusedImages unused,
      ImageEvents events) {
    this.view = view;
    this.records = records;
    this.transfers = transfers;
    this.engines = engines;
    this.unused = unused;
    this.events = events;
  }

  /** What a reference means to that tenant. */
  public Optional<TenantImage> find(TenantId tenant, String reference) throws ImageException {
    try {
      return view.imagesOf(tenant).resolve(reference);
    } catch (ImageName.InvalidImageNameException e) {
      throw ImageException.invalid(e);
    }
  }

  /**
   * What a reference means to that tenant.
   *
   * @throws ImageException with 404 when it means nothing
   */
  public TenantImage require(TenantId tenant, String reference) throws ImageException {
    return find(tenant, reference).orElseThrow(() -> ImageException.noSuchImage(reference));
  }

  /** The engine's answer about one of a tenant's images: {@code json} or {@code history}. */
  public JsonNode ask(TenantImage image, String question) throws IOException {
    return engines.ask(image.id(), question);
  }

  /**
   * Takes an image that is on that host into a tenant's store, with further names. It stays on the
   * host: nobody takes it for unused meanwhile.
   *
   * @param onHost an id or digest that the host's engine knows it by
   * @param names with a tag or a digest each
   * @return the image, and the image that had one of the tags before
   */
  Added add(TenantId tenant, HostLink host, String onHost, List<ImageName> names)
      throws IOException {
    for (int tries = 1; ; tries++) {
      ImageRecord found = engines.describe(host, onHost, tenant);
      ImageId id = new ImageId(found.id());
      Optional<Added> added = unused.guarded(id, () -> tryToAdd(tenant, host, found, names));
      if (added.isPresent()) {
        transfers.refresh(host.id());
        return added.get();
      }
      if (tries == TRIES) {
        throw new ImageException(
            500, "image %s was removed meanwhile; try again".formatted(id.shortened()));
      }
    }
  }

  /** What a tag was before and is now. */
  record Added(ImageId image, Optional<ImageId> before) {}

  private Optional<Added> tryToAdd(
      TenantId tenant, HostLink host, ImageRecord found, List<ImageName> names) throws IOException {
    ImageId id = new ImageId(found.id());
    Optional<ImageId> before = put(tenant, found, names);
    return engines.has(host, id) ? Optional.of(new Added(id, before)) : Optional.empty();
  }

  /** Writes the names to the records; a tag that another image had is taken from it. */
  private Optional<ImageId> put(TenantId tenant, ImageRecord found, List<ImageName> names)
      throws IOException {
    Optional<ImageId> before =
        names.stream()
            .filter(name -> !name.hasDigest())
            .findFirst()
            .flatMap(name -> view.imagesOf(tenant).named(name))
            .map(TenantImage::id);
    records.change(
        tenant,
        all -> {
          ImageRecord record = all.getOrDefault(found.id(), found);
          for (ImageName name : names) {
            String text = name.familiar();
            if (name.hasDigest()) {
              record = record.withDigests(with(record.digests(), text));
            } else {
              all.replaceAll((_, other) -> other.withTags(without(other.tags(), text)));
              record = record.withTags(with(record.tags(), text));
            }
          }
          all.put(record.id(), record);
          return all;
        });
    return before;
  }

  static List<String> with(List<String> list, String text) {
    if (list.contains(text)) {
      return list;
    }
    List<String> longer = new ArrayList<>(list);
    longer.add(text);
    return longer;
  }

  static List<String> without(List<String> list, String text) {
    return list.stream().filter(other -> !other.equals(text)).toList();
  }

  /** Gives one of a tenant's images, or a shared one, a name of the tenant's. */
  public void tag(TenantId tenant, TenantImage image, ImageName name) throws IOException {
    ImageRecord found =
        image
            .record()
            .orElseGet(
                () ->
                    new ImageRecord(
                        tenant.value(),
                        image.id().value(),
                        List.of(),
                        image.digests(),
                        image.created(),
                        image.size(),
                        List.of()));
    put(tenant, found, List.of(name));
    tagged(tenant, image.id(), name);
  }

  /** Tells of a tag that an image has got. */
  void tagged(TenantId tenant, ImageId image, ImageName name) {
    events.of(tenant, "tag", image, name.familiar(), labels(tenant, image));
  }

  /** Tells of something that happened to an image. */
  void happened(TenantId tenant, String action, ImageId image) {
    events.of(tenant, action, image, image.value(), labels(tenant, image));
  }

  /** Tells of something that happened to a name. */
  void happened(TenantId tenant, String action, ImageName name) {
    events.of(tenant, action, name);
  }

  private JsonNode labels(TenantId tenant, ImageId image) {
    JsonNode labels =
        view.imagesOf(tenant)
            .find(image)
            .map(found -> found.entry().path("Labels"))
            .orElseGet(JsonNodeFactory.instance::missingNode);
    return labels.isObject() ? labels : JsonNodeFactory.instance.objectNode();
  }

  /** Notes by which digest a registry knows an image from now on. */
  void addDigest(TenantId tenant, ImageId image, ImageName digest) throws IOException {
    records.change(
        tenant,
        all -> {
          all.computeIfPresent(
              image.value(),
              (_, record) -> record.withDigests(with(record.digests(), digest.familiar())));
          return all;
        });
  }

  /** Changes a tenant's records. */
  void change(TenantId tenant, java.util.function.UnaryOperator<Map<String, ImageRecord>> change)
      throws IOException {
    records.change(tenant, change);
  }
}

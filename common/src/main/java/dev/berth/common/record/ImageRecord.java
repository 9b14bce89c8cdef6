package dev.berth.common.record;

import java.util.List;

/**
 * An image that a tenant has: what it calls it, and what is known of it while no host can be asked.
 *
 * @param tenant its owner
 * @param id as {@code sha256:} and 64 hexadecimal digits
 * @param tags in their short form, as {@code web:latest}; each belongs to one image of the tenant
 * @param digests by which registries know it, as {@code web@sha256:…}
 * @param created when the image was made, in seconds since 1970
 * @param size in bytes
 * @param layers the digests of its layers' contents, the lowest first
 */
public record ImageRecord(
    String tenant,
    String id,
    List<String> tags,
    List<String> digests,
    long created,
    long size,
    List<String> layers) {

  public ImageRecord {
    tags = List.copyOf(tags);
    digests = List.copyOf(digests);
    layers = List.copyOf(layers);
  }

  public ImageRecord withTags(List<String> changed) {
    return new ImageRecord(tenant, id, changed, digests, created, size, layers);
  }

  public ImageRecord withDigests(List<String> changed) {
    return new ImageRecord(tenant, id, tags, changed, created, size, layers);
  }
}

package dev.berth.manager.view;

import dev.berth.common.id.ImageId;
import dev.berth.common.record.ImageRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * All images that one tenant can name: its own, and those that are shared and not hidden by a tag
 * of its own. The one place where a reference becomes an image. Immutable: as of one moment.
 */
public final class TenantImages {
  private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern PREFIX = Pattern.compile("(?:sha256:)?([0-9a-f]{1,64})");

  private final OwnImages own;
  private final FleetImages fleet;

  TenantImages(OwnImages own, FleetImages fleet) {
    this.own = own;
    this.fleet = fleet;
  }

  /** The newest first. */
  public List<TenantImage> all() {
    return ids().stream()
        .map(this::image)
        .sorted(
            Comparator.comparingLong(TenantImage::created)
                .reversed()
                .thenComparing(image -> image.id().value()))
        .toList();
  }

  /**
   * What the tenant's own images take, each counted whole and once; shared ones are not its own.
   */
  public long ownBytes() {
    return own.all().stream()
        .map(ImageRecord::id)
        .distinct()
        .mapToLong(id -> image(id).entry().path("Size").asLong())
        .sum();
  }

  private Set<String> ids() {
    Set<String> ids = new TreeSet<>();
    own.all().forEach(record -> ids.add(record.id()));
    for (String id : fleet.sharedIds()) {
      if (isShared(id)) {
        ids.add(id);
      }
    }
    return ids;
  }

  private boolean isShared(String id) {
    return fleet.sharedTags(id).stream().anyMatch(tag -> own.named(tag).isEmpty());
  }

  private TenantImage image(String id) {
    Optional<ImageRecord> record = own.find(id);
    Set<String> tags = new TreeSet<>(record.map(ImageRecord::tags).orElse(List.of()));
    fleet.sharedTags(id).stream().filter(tag -> own.named(tag).isEmpty()).forEach(tags::add);
    Set<String> digests = new TreeSet<>(record.map(ImageRecord::digests).orElse(List.of()));
    digests.addAll(fleet.sharedDigests(id));
    return new TenantImage(
        new ImageId(id), List.copyOf(tags), List.copyOf(digests), record, fleet.entry(id));
  }

  /** The image with that id, if the tenant can name it. */
  public Optional<TenantImage> find(ImageId id) {
    return own.find(id.value()).isPresent() || isShared(id.value())
        ? Optional.of(image(id.value()))
        : Optional.empty();
  }

  /**
   * What a reference means, as on an engine: a whole id, else a name, else the beginning of an id.
   *
   * @throws ImageName.InvalidImageNameException when it is none of these
   */
  public Optional<TenantImage> resolve(String reference) {
    if (DIGITS.matcher(reference).matches()) {
      return find(new ImageId("sha256:" + reference));
    }
    if (ImageName.isDigest(reference)) {
      return find(new ImageId(reference));
    }
    return named(ImageName.parse(reference)).or(() -> byPrefix(reference));
  }

  /** The image of a name; a name alone means its tag {@code latest}. */
  public Optional<TenantImage> named(ImageName name) {
    String key = name.key();
    Optional<ImageRecord> record = own.named(key);
    if (record.isPresent()) {
      return Optional.of(image(record.get().id()));
    }
    String shared = fleet.sharedId(key);
    if (shared != null) {
      return Optional.of(image(shared));
    }
    if (!name.hasDigest()) {
      return Optional.empty();
    }
    return fleet.sharedIds().stream()
        .filter(this::isShared)
        .filter(id -> fleet.sharedDigests(id).contains(key))
        .findFirst()
        .map(this::image);
  }

  /** Of several whose id begins so, none is meant. */
  private Optional<TenantImage> byPrefix(String reference) {
    var matcher = PREFIX.matcher(reference);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String prefix = "sha256:" + matcher.group(1);
    List<String> found = new ArrayList<>();
    for (String id : ids()) {
      if (id.startsWith(prefix)) {
        found.add(id);
      }
    }
    return found.size() == 1 ? Optional.of(image(found.getFirst())) : Optional.empty();
  }

  /** Whether a reference still means that image. */
  boolean means(String reference, String id) {
    if (reference.equals(id)) {
      return true;
    }
    try {
      return resolve(reference).filter(image -> image.id().value().equals(id)).isPresent();
    } catch (ImageName.InvalidImageNameException e) {
      return false;
    }
  }
}

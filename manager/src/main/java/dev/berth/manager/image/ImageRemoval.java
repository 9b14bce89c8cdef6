package dev.berth.manager.image;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.berth.common.id.ImageId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.ImageRecord;
import dev.berth.manager.view.Container;
import dev.berth.manager.view.ImageName;
import dev.berth.manager.view.TenantImage;
import dev.berth.manager.view.View;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Takes names from a tenant's images, and the images with their last name, by the rules and in the
 * words of an engine (Engine 20.10, ImageDelete) over what the tenant has. Safe for any thread.
 */
public final class ImageRemoval {
  private final View view;
  private final ImageStore store;
  private final UnusedImages unused;

  ImageRemoval(View view, ImageStore store, UnusedImages unused) {
    this.view = view;
    this.store = store;
    this.unused = unused;
  }

  /** What a removal did, in the order in which it is told. */
  private static final class Done {
    final List<String> untagged = new ArrayList<>();
    boolean isDeleted;
  }

  /**
   * Removes what that reference means.
   *
   * @return the answer of {@code DELETE /images/{name}}
   */
  public ArrayNode remove(TenantId tenant, String reference, boolean isForced) throws IOException {
    TenantImage image = store.require(tenant, reference);
    boolean isById = isId(image.id(), reference);
    Optional<String> name = isById ? Optional.empty() : Optional.of(name(reference));
    boolean isOwn =
        image
            .record()
            .filter(
                record ->
                    name.isEmpty()
                        || record.tags().contains(name.get())
                        || record.digests().contains(name.get()))
            .isPresent();
    if (!isOwn) {
      throw new ImageException(
          403,
          "%s is an image that the operator shares with every tenant; only the operator removes it"
              .formatted(reference));
    }
    Done[] done = new Done[1];
    ImageException[] refused = new ImageException[1];
    store.change(
        tenant,
        all -> {
          done[0] = new Done();
          refused[0] = null;
          ImageRecord record = all.get(image.id().value());
          if (record == null) {
            refused[0] = ImageException.noSuchImage(reference);
            return all;
          }
          try {
            Optional<ImageRecord> left = apply(tenant, record, name, reference, isForced, done[0]);
            left.ifPresentOrElse(
                changed -> all.put(changed.id(), changed), () -> all.remove(record.id()));
          } catch (ImageException e) {
            refused[0] = e;
          }
          return all;
        });
    if (refused[0] != null) {
      throw refused[0];
    }
    return told(tenant, image, done[0]);
  }

  private static boolean isId(ImageId id, String reference) {
    return id.value().startsWith(reference) || id.digits().startsWith(reference);
  }

  private static String name(String reference) {
    ImageName name = ImageName.parse(reference);
    return name.hasDigest() ? name.withDigest(name.digest()).familiar() : name.tagged().familiar();
  }

  /** What is left of an image's record; empty when nothing is. */
  private Optional<ImageRecord> apply(
      TenantId tenant,
      ImageRecord record,
      Optional<String> name,
      String asked,
      boolean isForced,
      Done done)
      throws ImageException {
    ImageId id = new ImageId(record.id());
    List<Container> users = view.in(tenant).madeOf(id);
    boolean isSingle = isSingle(record);
    if (name.isPresent()) {
      if (!isForced && isSingle && !users.isEmpty()) {
        throw new ImageException(
            409,
            ("conflict: unable to remove repository reference \"%s\" (must force)"
                    + " - container %s is using its referenced image %s")
                .formatted(asked, shortened(users.getFirst()), id.shortened()));
      }
      ImageRecord left = without(record, name.get(), done);
      if (!left.tags().isEmpty() || !left.digests().isEmpty()) {
        return Optional.of(left);
      }
      // The name is gone whatever becomes of the image.
      if (!users.isEmpty() && (!isForced || users.stream().anyMatch(Container::isRunning))) {
        return Optional.of(left);
      }
      done.isDeleted = true;
      return Optional.empty();
    }
    for (Container user : users) {
      if (user.isRunning()) {
        throw conflict(id, "cannot be forced", "is being used by running container", user);
      }
    }
    if (!isForced && !isSingle) {
      throw new ImageException(
          409,
          "conflict: unable to delete %s (must be forced) - image is referenced in multiple repositories"
              .formatted(id.shortened()));
    }
    if (!isForced && !users.isEmpty()) {
      throw conflict(id, "must be forced", "is being used by stopped container", users.getFirst());
    }
    done.untagged.addAll(record.tags());
    done.untagged.addAll(record.digests());
    done.isDeleted = true;
    return Optional.empty();
  }

  private static ImageException conflict(ImageId id, String force, String how, Container user) {
    return new ImageException(
        409,
        "conflict: unable to delete %s (%s) - image %s %s"
            .formatted(id.shortened(), force, how, shortened(user)));
  }

  private static String shortened(Container container) {
    return container.id().value().substring(0, 12);
  }

  /** The digests of a repository go with its last tag. */
  private static ImageRecord without(ImageRecord record, String name, Done done) {
    done.untagged.add(name);
    if (name.contains("@")) {
      return record.withDigests(ImageStore.without(record.digests(), name));
    }
    ImageRecord left = record.withTags(ImageStore.without(record.tags(), name));
    String repository = repository(name);
    if (left.tags().stream().anyMatch(tag -> repository(tag).equals(repository))) {
      return left;
    }
    List<String> digests =
        left.digests().stream().filter(digest -> repository(digest).equals(repository)).toList();
    done.untagged.addAll(digests);
    return left.withDigests(
        left.digests().stream().filter(digest -> !digests.contains(digest)).toList());
  }

  private static String repository(String reference) {
    return ImageName.parse(reference).repository();
  }

  /** At most one tag, and all digests of its repository. */
  static boolean isSingle(ImageRecord record) {
    Set<String> repositories = new HashSet<>();
    record.tags().forEach(tag -> repositories.add(repository(tag)));
    record.digests().forEach(digest -> repositories.add(repository(digest)));
    return record.tags().size() <= 1 && repositories.size() <= 1;
  }

  private ArrayNode told(TenantId tenant, TenantImage image, Done done) {
    ArrayNode answer = JsonNodeFactory.instance.arrayNode();
    for (String name : done.untagged) {
      answer.addObject().put("Untagged", name);
      store.happened(tenant, "untag", image.id());
    }
    if (done.isDeleted) {
      answer.addObject().put("Deleted", image.id().value());
      store.happened(tenant, "delete", image.id());
      unused.givenUp(image.id());
    }
    return answer;
  }

  /** Removes all images of a tenant whose containers are gone. */
  public List<ImageRecord> removeAll(TenantId tenant) throws IOException {
    List<ImageRecord> removed = new ArrayList<>();
    store.change(
        tenant,
        all -> {
          removed.clear();
          removed.addAll(all.values());
          all.clear();
          return all;
        });
    removed.forEach(record -> unused.givenUp(new ImageId(record.id())));
    return removed;
  }

  /**
   * Removes an image with all its names if nothing of the tenant uses it, as a prune does.
   *
   * @return what was removed, as in the answer of {@link #remove}; empty when it is used
   */
  ArrayNode prune(TenantId tenant, TenantImage image) throws IOException {
    if (!view.in(tenant).madeOf(image.id()).isEmpty()) {
      return JsonNodeFactory.instance.arrayNode();
    }
    Done done = new Done();
    store.change(
        tenant,
        all -> {
          done.untagged.clear();
          ImageRecord record = all.remove(image.id().value());
          done.isDeleted = record != null;
          if (record != null) {
            done.untagged.addAll(record.tags());
            done.untagged.addAll(record.digests());
          }
          return all;
        });
    return told(tenant, image, done);
  }
}

package dev.berth.manager.image.archive;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An archive that a tenant loads, on its way to an engine: the names that it gives its images are
 * taken out and kept, because on an engine they would be everybody's. All else goes through as it
 * is. For one thread.
 */
public final class LoadedArchive {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String MANIFEST = "manifest.json";
  private static final String REPOSITORIES = "repositories";
  private static final int MAX_JSON_BYTES = 4 * 1024 * 1024;
  private static final String SHARED_LAYER = "/layer.tar";

  private Optional<List<List<String>>> names = Optional.empty();

  /**
   * Copies an archive, which may be packed with gzip.
   *
   * @throws MalformedArchiveException when it cannot be one of images
   */
  public void copy(InputStream in, OutputStream out) throws IOException {
    InputStream plain = Packing.unpacked(in);
    TarInput tar = new TarInput(plain);
    TarOutput copy = new TarOutput(out);
    Optional<TarEntry> next = tar.next();
    while (next.isPresent()) {
      TarEntry entry = next.get();
      require(entry);
      switch (entry.name()) {
        case MANIFEST -> copy.write(MANIFEST, withoutNames(json(tar, entry)), entry.modified());
        case REPOSITORIES -> copy.write(REPOSITORIES, new byte[] {'{', '}'}, entry.modified());
        default -> copy.write(entry, tar.content());
      }
      next = tar.next();
    }
    copy.end();
    plain.transferTo(OutputStream.nullOutputStream());
  }

  /** The names of each image, in the order of the archive; empty when it has no list of images. */
  public Optional<List<List<String>>> names() {
    return names;
  }

  /**
   * A link could make another file the list of images, so that the only ones are those with which
   * an engine saves a layer once for several images.
   */
  private static void require(TarEntry entry) throws MalformedArchiveException {
    boolean isSharedLayer =
        entry.type() == TarEntry.SYMBOLIC_LINK
            && entry.name().endsWith(SHARED_LAYER)
            && entry.link().endsWith(SHARED_LAYER);
    boolean isPlain =
        entry.isFile()
            || (entry.type() == TarEntry.DIRECTORY
                && !entry.name().equals(MANIFEST)
                && !entry.name().equals(REPOSITORIES));
    if (!isSharedLayer && !isPlain) {
      throw new MalformedArchiveException(
          "the archive's entry %s is neither a file nor a directory".formatted(entry.name()));
    }
  }

  private static byte[] json(TarInput tar, TarEntry entry) throws IOException {
    if (entry.size() > MAX_JSON_BYTES) {
      throw new MalformedArchiveException("the archive's %s is too large".formatted(entry.name()));
    }
    return tar.content().readAllBytes();
  }

  private byte[] withoutNames(byte[] manifest) throws IOException {
    JsonNode read;
    try {
      read = JSON.readTree(manifest);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new MalformedArchiveException("the archive's manifest.json is no JSON");
    }
    if (!(read instanceof ArrayNode images)) {
      throw new MalformedArchiveException("the archive's manifest.json is no list");
    }
    List<List<String>> found = new ArrayList<>();
    ArrayNode written = JSON.createArrayNode();
    for (JsonNode image : images) {
      List<String> tags = new ArrayList<>();
      image.path("RepoTags").forEach(tag -> tags.add(tag.asText()));
      found.add(tags);
      // Made anew of the fields that are known: an engine folds the case of their names.
      ObjectNode kept = written.addObject();
      kept.set(
          "Config", image.path("Config").isTextual() ? image.get("Config") : kept.textNode(""));
      kept.putNull("RepoTags");
      ArrayNode layers = kept.putArray("Layers");
      image.path("Layers").forEach(layer -> layers.add(layer.asText()));
    }
    names = Optional.of(found);
    return JSON.writeValueAsBytes(written);
  }
}

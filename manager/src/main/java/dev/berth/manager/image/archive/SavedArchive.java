package dev.berth.manager.image.archive;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.ImageId;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An archive that an engine saves, on its way to a tenant: the images get the names that the tenant
 * gave them. All else goes through as it is. For one thread.
 */
public final class SavedArchive {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String MANIFEST = "manifest.json";
  private static final String REPOSITORIES = "repositories";
  private static final int MAX_JSON_BYTES = 4 * 1024 * 1024;
  private static final Pattern CONFIG = Pattern.compile("(?:.*/)?([0-9a-f]{64})(?:\\.json)?");

  private final Map<ImageId, List<String>> names;

  /**
   * For one save.
   *
   * @param names the tags that each image is saved under
   */
  public SavedArchive(Map<ImageId, List<String>> names) {
    this.names = Map.copyOf(names);
  }

  public void copy(InputStream in, OutputStream out) throws IOException {
    InputStream buffered = new BufferedInputStream(in, 64 * 1024);
    TarInput tar = new TarInput(buffered);
    TarOutput copy = new TarOutput(out);
    Optional<TarEntry> next = tar.next();
    while (next.isPresent()) {
      TarEntry entry = next.get();
      switch (entry.name()) {
        case MANIFEST -> {
          if (entry.size() > MAX_JSON_BYTES) {
            throw new MalformedArchiveException("the archive's manifest.json is too large");
          }
          ArrayNode manifest = named(JSON.readTree(tar.content().readAllBytes()));
          copy.write(MANIFEST, JSON.writeValueAsBytes(manifest), entry.modified());
          ObjectNode repositories = repositories(manifest);
          if (!repositories.isEmpty()) {
            copy.write(REPOSITORIES, JSON.writeValueAsBytes(repositories), entry.modified());
          }
        }
        case REPOSITORIES -> {}
        default -> {
          if (!entry.name().isEmpty()) {
            copy.write(entry, tar.content());
          }
        }
      }
      next = tar.next();
    }
    copy.end();
    buffered.transferTo(OutputStream.nullOutputStream());
  }

  private ArrayNode named(JsonNode manifest) {
    ArrayNode written = JSON.createArrayNode();
    for (JsonNode image : manifest) {
      ObjectNode changed = image.deepCopy();
      Matcher config = CONFIG.matcher(image.path("Config").asText());
      List<String> tags =
          config.matches()
              ? names.getOrDefault(new ImageId("sha256:" + config.group(1)), List.of())
              : List.of();
      if (tags.isEmpty()) {
        changed.putNull("RepoTags");
      } else {
        ArrayNode list = changed.putArray("RepoTags");
        tags.forEach(list::add);
      }
      written.add(changed);
    }
    return written;
  }

  /** As very old engines read it: for each tag the directory of the topmost layer. */
  private static ObjectNode repositories(ArrayNode manifest) {
    ObjectNode repositories = JSON.createObjectNode();
    for (JsonNode image : manifest) {
      JsonNode layers = image.path("Layers");
      String top = layers.isEmpty() ? "" : layers.get(layers.size() - 1).asText();
      if (!top.endsWith("/layer.tar")) {
        continue;
      }
      String directory = top.substring(0, top.length() - "/layer.tar".length());
      for (JsonNode tag : image.path("RepoTags")) {
        int colon = tag.asText().lastIndexOf(':');
        String repository = tag.asText().substring(0, colon);
        ObjectNode tags =
            repositories.path(repository) instanceof ObjectNode known
                ? known
                : repositories.putObject(repository);
        tags.put(tag.asText().substring(colon + 1), directory);
      }
    }
    return repositories;
  }
}

package dev.berth.agent.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tags that an image has on this engine only while it is pushed. Nobody may take them for tags
 * that an operator gave, so they are never shown; each is noted in a file before it is given, so
 * that an agent that died takes it away when it is back. Safe for any thread.
 */
public final class PassingTags {
  private static final Logger LOG = LoggerFactory.getLogger(PassingTags.class);
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * An image's last tag cannot be taken away without the image, so that an image which was pushed
   * keeps one in this repository, which is never shown.
   */
  static final String HELD = "berth.invalid/held";

  /**
   * One of them.
   *
   * @param reference repository and tag
   * @param previous the image that the operator had given it to; empty for none
   */
  record Passing(String reference, String repository, String tag, String image, String previous) {}

  private final Path directory;
  private final EnginePosts engine;
  private final Map<String, Passing> standing = new ConcurrentHashMap<>();

  // Of a former life, or not taken away when they should have been. Guarded by this.
  private final List<Passing> leftovers = new ArrayList<>();

  PassingTags(Path directory, EnginePosts engine) throws IOException {
    this.directory = directory;
    this.engine = engine;
    Files.createDirectories(directory);
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Passing left = JSON.readValue(file.toFile(), Passing.class);
        standing.put(left.reference(), left);
        leftovers.add(left);
      }
    }
  }

  /** Takes away what a former life of the agent left. */
  synchronized void clear() {
    for (Passing left : List.copyOf(leftovers)) {
      try {
        leftovers.remove(left);
        remove(left);
      } catch (IOException e) {
        LOG.atWarn().addKeyValue("tag", left.reference()).setCause(e).log("tag not taken away");
      }
    }
  }

  /** Gives an image a tag for a while. One at a time for each reference. */
  synchronized Passing give(String repository, String tag, String image) throws IOException {
    String reference = repository + ":" + tag;
    Passing passing = new Passing(reference, repository, tag, image, holder(reference));
    // Written whole or not at all: a half note would stop the next start.
    Path half = directory.resolveSibling(directory.getFileName() + ".new");
    Files.write(half, JSON.writeValueAsBytes(passing));
    Files.move(half, file(passing), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    standing.put(reference, passing);
    tag(image, HELD, image.substring("sha256:".length()));
    tag(image, repository, tag);
    return passing;
  }

  /** The image that has a tag; empty for none. */
  private String holder(String reference) throws IOException {
    try {
      JsonNode image = engine.call("GET", "/images/" + reference + "/json");
      for (JsonNode tag : image.path("RepoTags")) {
        if (tag.asText().equals(reference)) {
          return image.path("Id").asText();
        }
      }
      return "";
    } catch (EnginePosts.EngineRefusedException e) {
      if (e.status() == 404) {
        return "";
      }
      throw e;
    }
  }

  private void tag(String image, String repository, String tag) throws IOException {
    engine.call(
        "POST",
        "/images/%s/tag?repo=%s&tag=%s"
            .formatted(image, EnginePosts.encode(repository), EnginePosts.encode(tag)));
  }

  /** Takes it away; what cannot be taken away now is so by a later {@link #clear}. */
  synchronized void remove(Passing passing) throws IOException {
    leftovers.add(passing);
    if (!passing.previous().isEmpty()) {
      tag(passing.previous(), passing.repository(), passing.tag());
    } else if (holder(passing.reference()).equals(passing.image())) {
      engine.call("DELETE", "/images/" + passing.reference() + "?noprune=1");
    }
    Files.deleteIfExists(file(passing));
    leftovers.remove(passing);
    standing.remove(passing.reference());
  }

  private Path file(Passing passing) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(passing.reference().getBytes(StandardCharsets.UTF_8));
      return directory.resolve(HexFormat.of().formatHex(hash));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A list of images without these tags; one that was moved is with its former image. */
  public List<JsonNode> hidden(List<JsonNode> images) {
    List<JsonNode> shown = new ArrayList<>();
    for (JsonNode image : images) {
      shown.add(
          image instanceof ObjectNode object && image.path("RepoTags") instanceof ArrayNode
              ? hidden(object)
              : image);
    }
    return shown;
  }

  private ObjectNode hidden(ObjectNode image) {
    ObjectNode shown = image.deepCopy();
    String id = image.path("Id").asText();
    ArrayNode tags = shown.putArray("RepoTags");
    for (JsonNode tag : image.path("RepoTags")) {
      Passing passing = standing.get(tag.asText());
      boolean isPassing = passing != null && passing.image().equals(id);
      if (!isPassing && !tag.asText().startsWith(HELD + ":")) {
        tags.add(tag);
      }
    }
    standing.values().stream()
        .filter(passing -> passing.previous().equals(id))
        .filter(passing -> !passing.image().equals(id))
        .forEach(passing -> tags.add(passing.reference()));
    return shown;
  }
}

package dev.berth.manager.image.dockerfile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The sources of ADD. An engine would fetch a URL itself, from the host's own network, where a
 * tenant has no business: a source that can turn out to be one is written as a path.
 */
final class Additions {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
  private static final Pattern URL = Pattern.compile("(?i)https?://.*", Pattern.DOTALL);
  private static final Pattern PLAIN =
      Pattern.compile(
          "(?:[./].*|[A-Za-z0-9_*?@+,:=~%#-][A-Za-z0-9_./*?@+,:=~%#-]*)", Pattern.DOTALL);

  private Additions() {}

  /** The instruction with every source a path of the context. */
  static String asPaths(Instruction add) throws DockerfileException {
    Flagged flagged = Flagged.of(add);
    Optional<ArrayNode> list = list(flagged.rest());
    if (list.isPresent() && !list.get().valueStream().allMatch(JsonNode::isTextual)) {
      // An engine stops at it.
      return add.text();
    }
    List<String> words = new ArrayList<>(words(flagged, list));
    for (int i = 0; i < words.size() - 1; i++) {
      if (URL.matcher(words.get(i)).matches()) {
        throw DockerfileException.atLine(
            add.line(),
            "ADD %s is refused: hosts fetch no URLs for tenants; put the file into the context"
                .formatted(list.isPresent() ? words.get(i) : Bytes.utf8(words.get(i))));
      }
      if (!isPath(words.get(i))) {
        words.set(i, "./" + words.get(i));
      }
    }
    String rest = list.isPresent() ? json(words) : String.join(" ", words);
    return new Flagged(flagged.flags(), rest).text("ADD");
  }

  /** Whether every source is a path as it stands. */
  static boolean arePaths(Instruction add) throws DockerfileException {
    Flagged flagged = Flagged.of(add);
    Optional<ArrayNode> list = list(flagged.rest());
    List<String> words = words(flagged, list);
    return words.stream().limit(Math.max(0, words.size() - 1)).allMatch(Additions::isPath);
  }

  /** What begins as a path goes on as one, whatever its variables are. */
  private static boolean isPath(String word) {
    return PLAIN.matcher(word).matches() && !URL.matcher(word).matches();
  }

  private static List<String> words(Flagged flagged, Optional<ArrayNode> list) {
    return list.map(items -> items.valueStream().map(JsonNode::asText).toList())
        .orElseGet(flagged::words);
  }

  /** Empty for words; what only looks like a list has a first word that is no path. */
  private static Optional<ArrayNode> list(String text) {
    if (!text.startsWith("[")) {
      return Optional.empty();
    }
    try {
      return JSON.readTree(Bytes.utf8(text)) instanceof ArrayNode array
          ? Optional.of(array)
          : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static String json(List<String> items) {
    ArrayNode array = JSON.createArrayNode();
    items.forEach(array::add);
    try {
      return JSON.writeValueAsString(array);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}

package dev.berth.manager.tenant;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads the body of a request so that no later reader can take it for something else: each key
 * once, nothing after the end, bounded depth, whole Unicode. Safe for any thread.
 *
 * <p>The engine's decoder takes a key for a field without regard to case and lets the last of two
 * win; a check that reads otherwise can be walked around.
 */
public final class StrictJson {
  private static final int MAX_DEPTH = 32;
  private static final int MAX_NUMBER_CHARS = 32;
  private static final int MAX_NAME_CHARS = 4096;
  private static final int MAX_STRING_CHARS = 4 * 1024 * 1024;

  private final ObjectReader reader;

  /** Reads documents of any size that the caller has let in, each string up to 4 MiB. */
  public StrictJson() {
    StreamReadConstraints limits =
        StreamReadConstraints.builder()
            .maxNestingDepth(MAX_DEPTH)
            .maxNumberLength(MAX_NUMBER_CHARS)
            .maxNameLength(MAX_NAME_CHARS)
            .maxStringLength(MAX_STRING_CHARS)
            .build();
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(limits)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();
    this.reader =
        JsonMapper.builder(factory)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build()
            .readerFor(JsonNode.class);
  }

  /**
   * The object in these bytes; no bytes are an empty object.
   *
   * @throws MalformedBodyException when it is not exactly one object
   */
  public ObjectNode object(byte[] bytes) {
    if (bytes.length == 0) {
      return reader.getConfig().getNodeFactory().objectNode();
    }
    JsonNode node;
    try {
      node = reader.readValue(bytes);
    } catch (JsonProcessingException e) {
      throw new MalformedBodyException("the body is not valid JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!(node instanceof ObjectNode object)) {
      throw new MalformedBodyException("the body must be a JSON object");
    }
    requireWholeText(object);
    return object;
  }

  /**
   * As {@link #object(byte[])}, and refuses keys that are one of these names but for their case.
   */
  public ObjectNode object(byte[] bytes, Set<String> names) {
    ObjectNode object = object(bytes);
    Set<String> folded = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    folded.addAll(names);
    for (var entry : object.properties()) {
      if (folded.contains(entry.getKey()) && !names.contains(entry.getKey())) {
        throw new MalformedBodyException(
            "the field \"%s\" is misspelled: letters count as they are".formatted(entry.getKey()));
      }
    }
    return object;
  }

  /** Half a surrogate pair cannot be written as UTF-8 again. */
  private static void requireWholeText(JsonNode node) {
    if (node.isTextual()) {
      requireWhole(node.textValue());
    } else if (node instanceof ObjectNode object) {
      for (var entry : object.properties()) {
        requireWhole(entry.getKey());
        requireWholeText(entry.getValue());
      }
    } else {
      node.forEach(StrictJson::requireWholeText);
    }
  }

  private static void requireWhole(String text) {
    boolean half =
        text.codePoints()
            .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    if (half) {
      throw new MalformedBodyException("the body has half a character (a lone surrogate)");
    }
  }
}

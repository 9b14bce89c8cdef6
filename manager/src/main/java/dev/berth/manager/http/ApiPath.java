package dev.berth.manager.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A request's target, made plain once: percent-decoded, without empty or dot segments, the version
 * taken off. What two readers could take for different paths is refused.
 */
record ApiPath(Optional<String> version, List<String> segments, Query query) {

  static ApiPath parse(String target) {
    int question = target.indexOf('?');
    String path = question < 0 ? target : target.substring(0, question);
    String query = question < 0 ? "" : target.substring(question + 1);
    if (!path.startsWith("/")) {
      throw ApiException.badRequest("the request's path must begin with a slash");
    }
    List<String> segments = new ArrayList<>();
    for (String raw : path.split("/")) {
      String segment = decode(raw);
      if (segment.indexOf('/') >= 0 || segment.indexOf('\0') >= 0) {
        throw ApiException.badRequest("an encoded slash or NUL is not allowed in a path");
      }
      switch (segment) {
        case "", "." -> {}
        case ".." -> {
          if (!segments.isEmpty()) {
            segments.removeLast();
          }
        }
        default -> segments.add(segment);
      }
    }
    Optional<String> version = Optional.empty();
    if (!segments.isEmpty()
        && segments.getFirst().startsWith("v")
        && ApiVersion.isVersion(segments.getFirst().substring(1))) {
      version = Optional.of(segments.removeFirst().substring(1));
    }
    return new ApiPath(version, List.copyOf(segments), Query.parse(query));
  }

  /** Percent-decodes UTF-8; a plus stays a plus. */
  static String decode(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer decoded = ByteBuffer.allocate(encoded.length);
    for (int i = 0; i < encoded.length; i++) {
      if (encoded[i] != '%') {
        decoded.put(encoded[i]);
        continue;
      }
      int high = i + 2 < encoded.length ? Character.digit(encoded[i + 1], 16) : -1;
      int low = i + 2 < encoded.length ? Character.digit(encoded[i + 2], 16) : -1;
      if (high < 0 || low < 0) {
        throw ApiException.badRequest("invalid percent-encoding in the request's target");
      }
      decoded.put((byte) (high * 16 + low));
      i += 2;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(decoded.flip()).toString();
    } catch (CharacterCodingException e) {
      throw ApiException.badRequest("the request's target is not UTF-8");
    }
  }

  String text() {
    return "/" + String.join("/", segments);
  }
}

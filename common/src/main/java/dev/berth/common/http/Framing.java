package dev.berth.common.http;

import java.util.List;

/**
 * How long a body is, as its head declares it (RFC 9112, 6.3). Heads on which two readers could
 * disagree are refused: that is how requests are smuggled.
 */
sealed interface Framing {
  /** No body. */
  record None() implements Framing {}

  /** Exactly so many bytes. */
  record Length(long bytes) implements Framing {}

  /** Chunks until the empty one. */
  record Chunked() implements Framing {}

  /** Everything until the connection ends; responses only. */
  record UntilClose() implements Framing {}

  static Framing ofRequest(Headers headers) throws MalformedMessageException {
    return declared(headers, new None());
  }

  static Framing ofResponse(String requestMethod, ResponseHead head)
      throws MalformedMessageException {
    if (head.isBodyless() || requestMethod.equals("HEAD")) {
      return new None();
    }
    return declared(head.headers(), new UntilClose());
  }

  private static Framing declared(Headers headers, Framing undeclared)
      throws MalformedMessageException {
    List<String> encodings = headers.all("Transfer-Encoding");
    List<String> lengths = headers.all("Content-Length");
    if (!encodings.isEmpty()) {
      if (!lengths.isEmpty()) {
        throw new MalformedMessageException("both Content-Length and Transfer-Encoding are set");
      }
      if (encodings.size() != 1 || !encodings.getFirst().equalsIgnoreCase("chunked")) {
        throw new MalformedMessageException("unsupported Transfer-Encoding " + encodings);
      }
      return new Chunked();
    }
    if (lengths.isEmpty()) {
      return undeclared;
    }
    if (lengths.size() != 1) {
      throw new MalformedMessageException("more than one Content-Length");
    }
    String length = lengths.getFirst();
    if (length.isEmpty()
        || length.length() > 18
        || !length.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new MalformedMessageException("invalid Content-Length \"" + length + "\"");
    }
    long bytes = Long.parseLong(length);
    return bytes == 0 ? new None() : new Length(bytes);
  }
}

package dev.berth.common.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.ChunkedInputStream;
import org.apache.hc.core5.http.impl.io.ContentLengthInputStream;
import org.apache.hc.core5.http.impl.io.SessionInputBufferImpl;
import org.apache.hc.core5.util.CharArrayBuffer;

/**
 * Reads heads and framed bodies from one connection, strictly: folded lines, spaces before the
 * colon, control characters and doubtful lengths are refused rather than guessed at.
 *
 * <p>For one thread at a time.
 */
final class MessageReader {
  private static final int BUFFER_BYTES = 8 * 1024;
  private static final int MAX_LINE_CHARS = 64 * 1024;
  private static final int MAX_HEADERS = 200;
  private static final Pattern STATUS = Pattern.compile("[1-5][0-9]{2}");
  private static final Http1Config LIMITS =
      Http1Config.custom().setMaxLineLength(MAX_LINE_CHARS).setMaxHeaderCount(MAX_HEADERS).build();

  private final InputStream in;
  private final SessionInputBufferImpl buffer =
      new SessionInputBufferImpl(BUFFER_BYTES, MAX_LINE_CHARS);
  private final CharArrayBuffer line = new CharArrayBuffer(256);

  MessageReader(InputStream in) {
    this.in = in;
  }

  /** The next request's head; empty when the client ended the connection between requests. */
  Optional<RequestHead> readRequest() throws IOException {
    Optional<String> first = readFirstLine();
    if (first.isEmpty()) {
      return Optional.empty();
    }
    String[] parts = first.get().split(" ", -1);
    if (parts.length != 3 || !isToken(parts[0]) || !isTarget(parts[1])) {
      throw new MalformedMessageException("malformed request line");
    }
    boolean http11 =
        switch (parts[2]) {
          case "HTTP/1.1" -> true;
          case "HTTP/1.0" -> false;
          default -> throw new MalformedMessageException(505, "unsupported protocol version");
        };
    return Optional.of(new RequestHead(parts[0], parts[1], readHeaders(), http11));
  }

  ResponseHead readResponse() throws IOException {
    String first =
        readFirstLine().orElseThrow(() -> new IOException("the connection ended before an answer"));
    String[] parts = first.split(" ", 3);
    if (parts.length < 2
        || !parts[0].startsWith("HTTP/1.")
        || !STATUS.matcher(parts[1]).matches()) {
      throw new MalformedMessageException("malformed status line");
    }
    return new ResponseHead(
        Integer.parseInt(parts[1]), parts.length == 3 ? parts[2] : "", readHeaders());
  }

  /** The body that the framing describes; closing it neither closes nor drains the connection. */
  InputStream body(Framing framing) {
    return switch (framing) {
      case Framing.None _ -> InputStream.nullInputStream();
      case Framing.Length(long bytes) -> new ContentLengthInputStream(buffer, in, bytes);
      case Framing.Chunked _ -> new ChunkedInputStream(buffer, in, LIMITS);
      case Framing.UntilClose _ -> raw();
    };
  }

  /** All bytes from here on, those already buffered first. */
  InputStream raw() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        return buffer.read(in);
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        return length == 0 ? 0 : buffer.read(bytes, offset, length, in);
      }
    };
  }

  private Optional<String> readFirstLine() throws IOException {
    // RFC 9112, 2.2: an empty line before a request line is ignored.
    for (int i = 0; i < 2; i++) {
      line.clear();
      if (readLine() == -1) {
        return Optional.empty();
      }
      if (!line.isEmpty()) {
        return Optional.of(line.toString());
      }
    }
    throw new MalformedMessageException("empty request line");
  }

  private Headers readHeaders() throws IOException {
    List<Headers.Header> fields = new ArrayList<>();
    while (true) {
      line.clear();
      if (readLine() == -1) {
        throw new MalformedMessageException("the connection ended within a head");
      }
      if (line.isEmpty()) {
        return new Headers(fields);
      }
      if (fields.size() == MAX_HEADERS) {
        throw new MalformedMessageException(431, "more than " + MAX_HEADERS + " header fields");
      }
      fields.add(parseHeader(line.toString()));
    }
  }

  private int readLine() throws IOException {
    try {
      return buffer.readLine(line, in);
    } catch (MessageConstraintException e) {
      throw new MalformedMessageException(431, "a line of the head is too long");
    }
  }

  private static Headers.Header parseHeader(String text) throws MalformedMessageException {
    int colon = text.indexOf(':');
    if (colon < 1) {
      throw new MalformedMessageException("malformed header field");
    }
    String name = text.substring(0, colon);
    String value = text.substring(colon + 1).strip();
    if (!isToken(name)) {
      throw new MalformedMessageException("malformed header field name");
    }
    if (!value.chars().allMatch(c -> (c >= 0x20 && c != 0x7f) || c == '\t')) {
      throw new MalformedMessageException("control character in header field " + name);
    }
    return new Headers.Header(name, value);
  }

  private static boolean isTarget(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c > 0x20 && c < 0x7f);
  }

  private static boolean isToken(String text) {
    return !text.isEmpty()
        && text.chars()
            .allMatch(
                c ->
                    (c >= '0' && c <= '9')
                        || (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || "!#$%&'*+-.^_`|~".indexOf(c) >= 0);
  }
}

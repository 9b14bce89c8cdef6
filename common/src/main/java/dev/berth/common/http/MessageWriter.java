package dev.berth.common.http;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes heads and framed bodies to one connection. For one thread at a time. */
final class MessageWriter {
  private static final int BUFFER_BYTES = 16 * 1024;
  private static final byte[] CRLF = {'\r', '\n'};
  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final BufferedOutputStream out;

  MessageWriter(OutputStream out) {
    this.out = new BufferedOutputStream(out, BUFFER_BYTES);
  }

  void writeHead(RequestHead head) throws IOException {
    writeHead(head.method() + " " + head.target() + " HTTP/1.1", head.headers());
  }

  void writeHead(ResponseHead head) throws IOException {
    writeHead("HTTP/1.1 " + head.status() + " " + head.reason(), head.headers());
  }

  private void writeHead(String first, Headers headers) throws IOException {
    StringBuilder text = new StringBuilder(512).append(first).append("\r\n");
    for (Headers.Header field : headers.fields()) {
      refuseLineBreaks(field);
      text.append(field.name()).append(": ").append(field.value()).append("\r\n");
    }
    out.write(text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void refuseLineBreaks(Headers.Header field) throws MalformedMessageException {
    if (field.value().indexOf('\r') >= 0 || field.value().indexOf('\n') >= 0) {
      throw new MalformedMessageException("line break in header field " + field.name());
    }
  }

  void flush() throws IOException {
    out.flush();
  }

  /** Bytes as they are: a body whose length the head told, or what follows a hijack. */
  OutputStream plain() {
    return new FilterOutputStream(out) {
      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
      }

      @Override
      public void close() throws IOException {
        out.flush();
      }
    };
  }

  /** Each write becomes a chunk; closing writes the last one. Does not close the connection. */
  OutputStream chunked() {
    return new OutputStream() {
      private boolean ended;

      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
          return;
        }
        out.write(Integer.toHexString(length).getBytes(StandardCharsets.US_ASCII));
        out.write(CRLF);
        out.write(bytes, offset, length);
        out.write(CRLF);
      }

      @Override
      public void flush() throws IOException {
        out.flush();
      }

      @Override
      public void close() throws IOException {
        if (!ended) {
          ended = true;
          out.write(LAST_CHUNK);
          out.flush();
        }
      }
    };
  }
}

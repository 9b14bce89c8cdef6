package dev.berth.common.http;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;

/**
 * The client's side of a connection that carries HTTP/1.1, one exchange after another.
 *
 * <p>An exchange is {@link #send}, the body into {@link #requestBody} (closed by the caller when it
 * has one), {@link #receive}, then {@link #responseBody} to its end or {@link #hijack}. For one
 * thread at a time, but {@link #close} may come from any.
 */
public final class HttpCall implements Closeable {
  private final Connection connection;
  private final MessageReader reader;
  private final MessageWriter writer;

  private String method = "";
  private Framing responseFraming = new Framing.None();
  private InputStream responseBody = InputStream.nullInputStream();
  private boolean keepAlive = true;

  public HttpCall(Connection connection) {
    this.connection = connection;
    this.reader = new MessageReader(connection.in());
    this.writer = new MessageWriter(connection.out());
  }

  /** Writes a head without waiting for anything. */
  public void send(RequestHead head) throws IOException {
    method = head.method();
    keepAlive = !head.headers().lists("Connection", "close");
    writer.writeHead(head);
    writer.flush();
  }

  /** Writes a head and a whole body, with its length. */
  public void send(RequestHead head, byte[] body) throws IOException {
    method = head.method();
    keepAlive = !head.headers().lists("Connection", "close");
    writer.writeHead(
        head.withHeaders(
            head.headers()
                .without("Transfer-Encoding")
                .with("Content-Length", Integer.toString(body.length))));
    OutputStream out = writer.plain();
    out.write(body);
    out.flush();
  }

  /** Where the body goes that the sent head declared; closing it ends the body only. */
  public OutputStream requestBody(Headers sent) throws IOException {
    return Framing.ofRequest(sent) instanceof Framing.Chunked ? writer.chunked() : writer.plain();
  }

  /** The answer's head; provisional ones (100, 103) are passed over. */
  public ResponseHead receive() throws IOException {
    ResponseHead head;
    do {
      head = reader.readResponse();
    } while (head.status() / 100 == 1 && head.status() != 101);
    responseFraming = Framing.ofResponse(method, head);
    responseBody = reader.body(responseFraming);
    if (responseFraming instanceof Framing.UntilClose
        || head.status() == 101
        || head.headers().lists("Connection", "close")) {
      keepAlive = false;
    }
    return head;
  }

  /** The answer's body; read it to its end before the next exchange. */
  public InputStream responseBody() {
    return responseBody;
  }

  /** The connection as bytes both ways, after an answer that gave it away. */
  public Connection hijack() {
    keepAlive = false;
    return new RawConnection(connection, reader.raw());
  }

  /** Gives up this connection after the exchange that is under way. */
  public void closeAfterwards() {
    keepAlive = false;
  }

  /** Whether another exchange can follow. True only once the answer's body was read to its end. */
  public boolean isReusable() throws IOException {
    return keepAlive
        && !(Objects.requireNonNull(responseFraming) instanceof Framing.UntilClose)
        && responseBody.read() == -1;
  }

  /** Bounds each wait for bytes of an answer. */
  public void readTimeout(java.time.Duration timeout) throws IOException {
    connection.readTimeout(timeout);
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}

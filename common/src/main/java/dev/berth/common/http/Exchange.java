package dev.berth.common.http;

import dev.berth.common.tls.Peer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;

/**
 * One request that a server received, and the one answer to it.
 *
 * <p>For the thread that handles the request; only {@link #abort} may come from another.
 */
public final class Exchange {
  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  /** Learns what the answer to a request is. */
  @FunctionalInterface
  public interface AnswerWatch {
    /**
     * Called once, by the thread that answers, before the answer's first byte goes out.
     *
     * @param body the whole body; empty when it follows as a stream
     */
    void answering(ResponseHead head, Optional<byte[]> body);
  }

  private final Connection connection;
  private final MessageReader reader;
  private final MessageWriter writer;
  private final InputStream body;
  private final AtomicBoolean clientGone = new AtomicBoolean();

  private RequestHead request;
  private AnswerWatch watch = (_, _) -> {};
  private boolean answered;
  private boolean hijacked;
  private boolean keepAlive;
  private OutputStream open = OutputStream.nullOutputStream();

  Exchange(Connection connection, MessageReader reader, MessageWriter writer, RequestHead request)
      throws IOException {
    this.connection = connection;
    this.reader = reader;
    this.writer = writer;
    this.request = request;
    this.keepAlive = request.http11() && !request.headers().lists("Connection", "close");
    Framing framing = Framing.ofRequest(request.headers());
    InputStream framed = reader.body(framing);
    boolean expectsContinue =
        request.http11()
            && request.headers().lists("Expect", "100-continue")
            && !(framing instanceof Framing.None);
    this.body = expectsContinue ? continueOnFirstRead(framed) : framed;
  }

  private InputStream continueOnFirstRead(InputStream framed) {
    return new InputStream() {
      private boolean told;

      private void tell() throws IOException {
        if (!told && !answered) {
          told = true;
          connection.out().write(CONTINUE);
        }
      }

      @Override
      public int read() throws IOException {
        tell();
        return framed.read();
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        tell();
        return framed.read(bytes, offset, length);
      }
    };
  }

  public RequestHead request() {
    return request;
  }

  /**
   * From now on this is another request, with the body of the one that came: a call that stands for
   * one of another interface.
   */
  public void takeFor(RequestHead other) {
    request = other;
  }

  /** The connection below: who the peer is. Not for reading or writing. */
  public Connection connection() {
    return connection;
  }

  /** Who the client's certificate says that it is; empty when it showed none that is of use. */
  public Optional<Peer> certificate() {
    Optional<SSLSocket> tls =
        connection instanceof TcpConnection tcp ? tcp.tls() : Optional.empty();
    try {
      return tls.isPresent() ? Optional.of(Peer.of(tls.get())) : Optional.empty();
    } catch (SSLPeerUnverifiedException e) {
      return Optional.empty();
    }
  }

  /** The request's body. A client that waits for 100 Continue is told so by the first read. */
  public InputStream body() {
    return body;
  }

  /** Whether the request declares a body (which may still turn out empty when chunked). */
  public boolean hasBody() throws IOException {
    return !(Framing.ofRequest(request.headers()) instanceof Framing.None);
  }

  /** Whether an answer has begun, so that no other can be given. */
  public boolean isAnswered() {
    return answered;
  }

  /** Whether {@link #watchClient} saw the client go. */
  public boolean isClientGone() {
    return clientGone.get();
  }

  /** Has somebody told of the answer. Call it before the answer begins. */
  public void watchAnswer(AnswerWatch answerWatch) {
    watch = answerWatch;
  }

  /** Answers with a whole body. */
  public void respond(ResponseHead head, byte[] bytes) throws IOException {
    begin();
    watch.answering(head, Optional.of(bytes));
    Headers headers = head.headers().without("Transfer-Encoding");
    if (!head.isBodyless()) {
      headers = headers.with("Content-Length", Integer.toString(bytes.length));
    }
    writer.writeHead(head.withHeaders(withConnection(headers)));
    if (!head.isBodyless() && !request.method().equals("HEAD")) {
      writer.plain().write(bytes);
    }
    writer.flush();
  }

  /**
   * Begins an answer whose body follows; the head is sent at once. A Content-Length in the head is
   * kept and then is a promise; without one the body is chunked. Each flush of the stream reaches
   * the client; closing it ends the body.
   */
  public OutputStream stream(ResponseHead head) throws IOException {
    begin();
    watch.answering(head, Optional.empty());
    Headers headers = head.headers().without("Transfer-Encoding");
    boolean bodyless = head.isBodyless() || request.method().equals("HEAD");
    boolean chunked = !bodyless && request.http11() && !headers.has("Content-Length");
    if (chunked) {
      headers = headers.with("Transfer-Encoding", "chunked");
    } else if (!bodyless && !headers.has("Content-Length")) {
      keepAlive = false;
    }
    writer.writeHead(head.withHeaders(withConnection(headers)));
    writer.flush();
    if (bodyless) {
      open = OutputStream.nullOutputStream();
    } else {
      open = chunked ? writer.chunked() : writer.plain();
    }
    return open;
  }

  /** Sends the head as it is and gives the connection away as bytes both ways. */
  public Connection hijack(ResponseHead head) throws IOException {
    begin();
    watch.answering(head, Optional.empty());
    keepAlive = false;
    hijacked = true;
    writer.writeHead(head);
    writer.flush();
    connection.readTimeout(java.time.Duration.ZERO);
    return new RawConnection(connection, reader.raw());
  }

  /**
   * From now on, notices that the client is gone while the answer is still being made, and then
   * closes what is given, which ends the work that the client asked for. Call it only when the
   * request's body has been read. The connection is not used for another request.
   */
  public void watchClient(AutoCloseable work) throws IOException {
    keepAlive = false;
    connection.readTimeout(java.time.Duration.ZERO);
    InputStream raw = reader.raw();
    Thread.ofVirtual()
        .name("watch-client")
        .start(
            () -> {
              try {
                if (raw.read() != -1) {
                  return;
                }
              } catch (IOException e) {
                // A reset is a client that is gone, too.
              }
              clientGone.set(true);
              Pump.closeQuietly(work);
            });
  }

  /** Ends the connection now, from any thread; what waits on it fails. */
  public void abort() {
    Pump.closeQuietly(connection);
  }

  private void begin() {
    if (answered) {
      throw new IllegalStateException("a request has one answer");
    }
    answered = true;
  }

  private Headers withConnection(Headers headers) {
    Headers own = keepAlive ? headers.without("Connection") : headers.with("Connection", "close");
    return own.has("Date") ? own : own.with("Date", now());
  }

  /** As RFC 9110, 6.6.1 wants it of whoever has a clock. */
  private static String now() {
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
  }

  /** Gives up keeping the connection after this exchange. Call it before the answer begins. */
  public void closeAfterwards() {
    keepAlive = false;
  }

  boolean isHijacked() {
    return hijacked;
  }

  boolean isKeepAlive() {
    return keepAlive && answered;
  }

  void finish() throws IOException {
    open.close();
  }
}

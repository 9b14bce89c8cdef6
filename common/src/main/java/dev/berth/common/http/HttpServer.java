package dev.berth.common.http;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves HTTP/1.1 on a listening socket, a virtual thread for each connection.
 *
 * <p>Connections beyond the limit are closed at once. A head must be complete within {@link
 * Limits#headTimeout}; a connection that is idle between requests is closed after {@link
 * Limits#idleTimeout}. An answer may take as long as it takes.
 */
public final class HttpServer implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

  /**
   * What is left of a request's body after its answer is read up to this, to keep the connection.
   */
  private static final int MAX_DRAINED_BYTES = 256 * 1024;

  /** What makes an accept fail, as too many open files, does not pass at once. */
  private static final Duration AFTER_FAILURE = Duration.ofMillis(100);

  private static final Duration FAILURES_TOLD_EVERY = Duration.ofSeconds(10);

  /** Answers requests, each on the thread of its connection. */
  @FunctionalInterface
  public interface Handler {
    /**
     * Answers one request. An exception before the answer has begun becomes a 500, and after that
     * ends the connection, so that a cut answer never looks whole.
     */
    void handle(Exchange exchange) throws Exception;
  }

  /**
   * What one listener allows.
   *
   * @param connections at most
   * @param ofAddress how many of them one address may have; 0 for all
   */
  public record Limits(int connections, int ofAddress, Duration headTimeout, Duration idleTimeout) {
    public static final Limits DEFAULT =
        new Limits(16_384, 0, Duration.ofSeconds(20), Duration.ofMinutes(5));

    /** The usual limits with another time for idle connections. */
    public static Limits idleFor(Duration idleTimeout) {
      return new Limits(DEFAULT.connections(), 0, DEFAULT.headTimeout(), idleTimeout);
    }

    /** The same with so many connections of one address. */
    public Limits ofAddress(int most) {
      return new Limits(connections, most, headTimeout, idleTimeout);
    }
  }

  private final ServerSocket listener;
  private final Handler handler;
  private final Limits limits;
  private final Semaphore free;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();

  // An address is here while it has connections.
  private final Map<InetAddress, Integer> ofAddress = new ConcurrentHashMap<>();
  private final Thread acceptor;
  private long failureToldAt = System.nanoTime() - FAILURES_TOLD_EVERY.toNanos();
  private volatile boolean closed;

  private HttpServer(ServerSocket listener, Handler handler, Limits limits) {
    this.listener = listener;
    this.handler = handler;
    this.limits = limits;
    this.free = new Semaphore(limits.connections());
    this.acceptor =
        Thread.ofPlatform().daemon().name("accept-" + listener.getLocalPort()).unstarted(this::run);
  }

  /** Starts to serve a bound socket (plain or TLS), which it then owns. */
  public static HttpServer start(ServerSocket listener, Limits limits, Handler handler) {
    HttpServer server = new HttpServer(listener, handler, limits);
    server.acceptor.start();
    return server;
  }

  public InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  private void run() {
    while (!closed) {
      Socket socket;
      try {
        socket = listener.accept();
      } catch (IOException e) {
        if (!closed) {
          acceptFailed(e);
        }
        continue;
      }
      if (!free.tryAcquire()) {
        LOG.atWarn().addKeyValue("listener", address()).log("too many connections; one refused");
        Pump.closeQuietly(socket);
        continue;
      }
      if (!enter(socket.getInetAddress())) {
        free.release();
        LOG.atDebug()
            .addKeyValue("listener", address())
            .addKeyValue("address", socket.getInetAddress())
            .log("too many connections of one address; one refused");
        Pump.closeQuietly(socket);
        continue;
      }
      Thread.ofVirtual().name("http-", socket.getPort()).start(() -> serve(socket));
    }
  }

  private void acceptFailed(IOException failure) {
    long now = System.nanoTime();
    if (now - failureToldAt >= FAILURES_TOLD_EVERY.toNanos()) {
      failureToldAt = now;
      LOG.atWarn()
          .addKeyValue("listener", address())
          .setCause(failure)
          .log("connections cannot be accepted; trying again");
    }
    LockSupport.parkNanos(AFTER_FAILURE.toNanos());
  }

  private boolean enter(InetAddress peer) {
    int count = ofAddress.merge(peer, 1, Integer::sum);
    if (limits.ofAddress() > 0 && count > limits.ofAddress()) {
      leave(peer);
      return false;
    }
    return true;
  }

  private void leave(InetAddress peer) {
    ofAddress.computeIfPresent(peer, (_, count) -> count == 1 ? null : count - 1);
  }

  private void serve(Socket socket) {
    InetAddress peer = socket.getInetAddress();
    try (socket) {
      TcpConnection.tune(socket);
      socket.setSoTimeout(Math.toIntExact(limits.headTimeout().toMillis()));
      if (socket instanceof SSLSocket tls) {
        tls.startHandshake();
      }
      TcpConnection connection = new TcpConnection(socket);
      connections.add(connection);
      try {
        serve(connection);
      } finally {
        connections.remove(connection);
      }
    } catch (IOException e) {
      LOG.atDebug().setCause(e).log("connection ended");
    } finally {
      leave(peer);
      free.release();
    }
  }

  private void serve(Connection connection) throws IOException {
    MessageReader reader = new MessageReader(connection.in());
    MessageWriter writer = new MessageWriter(connection.out());
    connection.readTimeout(limits.idleTimeout());
    while (!closed) {
      Exchange exchange;
      try {
        Optional<RequestHead> head = reader.readRequest();
        if (head.isEmpty()) {
          return;
        }
        exchange = new Exchange(connection, reader, writer, head.get());
      } catch (MalformedMessageException e) {
        refuse(writer, e);
        linger(connection);
        return;
      } catch (SocketTimeoutException e) {
        return;
      }
      if (!answer(exchange) || exchange.isHijacked()) {
        return;
      }
      if (!exchange.isKeepAlive() || !drained(exchange.body())) {
        linger(connection);
        return;
      }
      connection.readTimeout(limits.idleTimeout());
    }
  }

  /** Whether the answer was given in full. */
  private boolean answer(Exchange exchange) throws IOException {
    try {
      handler.handle(exchange);
      exchange.finish();
      return exchange.isAnswered();
    } catch (Exception e) {
      if (exchange.isAnswered()) {
        LOG.atDebug()
            .addKeyValue("target", exchange.request().target())
            .setCause(e)
            .log("answer cut off");
        return false;
      }
      LOG.atError()
          .addKeyValue("method", exchange.request().method())
          .addKeyValue("target", exchange.request().target())
          .setCause(e)
          .log("request failed");
      exchange.closeAfterwards();
      exchange.respond(
          new ResponseHead(
              500, "Internal Server Error", Headers.of("Content-Type", "application/json")),
          "{\"message\":\"internal error; see the log of the server\"}\n"
              .getBytes(StandardCharsets.UTF_8));
      return true;
    }
  }

  private static void refuse(MessageWriter writer, MalformedMessageException e) throws IOException {
    byte[] body =
        ("{\"message\":\"" + e.getMessage().replace('"', '\'') + "\"}\n")
            .getBytes(StandardCharsets.UTF_8);
    writer.writeHead(
        new ResponseHead(
            e.status(),
            "Bad Request",
            Headers.of(
                "Content-Type", "application/json",
                "Content-Length", Integer.toString(body.length),
                "Connection", "close")));
    writer.plain().write(body);
    writer.flush();
  }

  private static boolean drained(InputStream body) {
    try {
      return body.readNBytes(MAX_DRAINED_BYTES).length < MAX_DRAINED_BYTES || body.read() == -1;
    } catch (IOException e) {
      return false;
    }
  }

  /** Lets a client that is still sending read its answer: a close now would reset it away. */
  private static void linger(Connection connection) {
    try {
      connection.shutdownOutput();
      connection.readTimeout(Duration.ofSeconds(1));
      byte[] ignored = new byte[8192];
      for (int i = 0; i < 1024 && connection.in().read(ignored) >= 0; i++) {
        // What comes after the answer is not wanted.
      }
    } catch (IOException e) {
      // It is closed either way.
    }
  }

  /** Stops accepting and ends every connection. */
  @Override
  public void close() throws IOException {
    closed = true;
    listener.close();
    connections.forEach(Pump::closeQuietly);
  }
}

package dev.berth.common.http;

import dev.berth.common.tls.TlsContexts;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLSocket;
import jdk.net.ExtendedSocketOptions;

/** A {@link Connection} over a TCP socket, plain or TLS 1.3. */
public final class TcpConnection implements Connection {
  private static final int KEEP_ALIVE_IDLE_SECONDS = 60;
  private static final int KEEP_ALIVE_INTERVAL_SECONDS = 10;
  private static final int KEEP_ALIVE_PROBES = 3;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  /** Takes over an open socket, and will close it. */
  public TcpConnection(Socket socket) throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
    this.out = socket.getOutputStream();
  }

  /**
   * Sets what every socket of ours wants: no delay for small writes, and probes that notice within
   * two minutes that the other machine is gone.
   */
  public static void tune(Socket socket) throws IOException {
    socket.setTcpNoDelay(true);
    socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    if (socket.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
      socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, KEEP_ALIVE_IDLE_SECONDS);
      socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, KEEP_ALIVE_INTERVAL_SECONDS);
      socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, KEEP_ALIVE_PROBES);
    }
  }

  /** The TLS socket below, for who the peer is; empty on plain TCP. */
  public Optional<SSLSocket> tls() {
    return socket instanceof SSLSocket tls ? Optional.of(tls) : Optional.empty();
  }

  /** Where the peer connects from. */
  public InetSocketAddress peer() {
    return (InetSocketAddress) socket.getRemoteSocketAddress();
  }

  /** Where the peer connected to. */
  public InetSocketAddress local() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  @Override
  public InputStream in() {
    return in;
  }

  @Override
  public OutputStream out() {
    return out;
  }

  @Override
  public void shutdownOutput() throws IOException {
    socket.shutdownOutput();
  }

  @Override
  public void readTimeout(Duration timeout) throws IOException {
    socket.setSoTimeout(Math.toIntExact(timeout.toMillis()));
  }

  @Override
  public void close() throws IOException {
    if (socket instanceof SSLSocket tls) {
      // Its own close waits, without a bound, for a write that is stuck in another thread.
      TlsContexts.close(tls);
    } else {
      socket.close();
    }
  }
}

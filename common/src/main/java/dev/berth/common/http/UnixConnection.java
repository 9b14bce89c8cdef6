package dev.berth.common.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;

/** A {@link Connection} to a unix socket: how an agent reaches its engine. */
public final class UnixConnection implements Connection {
  private final SocketChannel channel;
  private final InputStream in;
  private final OutputStream out;

  private UnixConnection(SocketChannel channel) {
    this.channel = channel;
    this.in = Channels.newInputStream(channel);
    this.out = Channels.newOutputStream(channel);
  }

  public static UnixConnection open(Path socket) throws IOException {
    return new UnixConnection(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
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
    channel.shutdownOutput();
  }

  /** Not supported by unix sockets: who needs a bound closes the connection from another thread. */
  @Override
  public void readTimeout(Duration timeout) {
    if (!timeout.isZero()) {
      throw new UnsupportedOperationException("a unix socket has no read timeout");
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}

package dev.berth.manager;

import dev.berth.common.http.Connection;
import dev.berth.common.http.TcpConnection;
import dev.berth.common.record.HostDescriptor;
import dev.berth.common.tls.Peer;
import dev.berth.common.tls.PeerRole;
import dev.berth.common.tls.TlsContexts;
import dev.berth.manager.cluster.Dialer;
import java.io.IOException;
import java.net.InetSocketAddress;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Reaches agents over mutual TLS; whoever is at the address must prove to be that host's agent. */
final class AgentDialer implements Dialer {
  private static final int CONNECT_MILLIS = 5_000;

  private final SSLContext context;

  AgentDialer(SSLContext context) {
    this.context = context;
  }

  @Override
  public Connection dial(HostDescriptor host) throws IOException {
    SSLSocket socket =
        TlsContexts.connect(
            context, new InetSocketAddress(host.address(), host.port()), CONNECT_MILLIS);
    try {
      Peer peer = Peer.of(socket);
      if (!peer.equals(new Peer(PeerRole.AGENT, host.id()))) {
        throw new IOException(
            "at %s:%d answers the %s %s, not the agent %s"
                .formatted(host.address(), host.port(), peer.role(), peer.name(), host.id()));
      }
      TcpConnection.tune(socket);
      return new TcpConnection(socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }
}

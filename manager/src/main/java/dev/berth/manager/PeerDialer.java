package dev.berth.manager;

import dev.berth.common.http.Connection;
import dev.berth.common.http.TcpConnection;
import dev.berth.common.record.ManagerRecord;
import dev.berth.common.tls.Peer;
import dev.berth.common.tls.PeerRole;
import dev.berth.common.tls.TlsContexts;
import dev.berth.manager.cluster.ManagerDialer;
import java.io.IOException;
import java.net.InetSocketAddress;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Reaches managers over mutual TLS; whoever is at the address must prove to be that manager. */
final class PeerDialer implements ManagerDialer {
  private static final int CONNECT_MILLIS = 3_000;

  private final SSLContext context;

  PeerDialer(SSLContext context) {
    this.context = context;
  }

  @Override
  public Connection dial(ManagerRecord manager) throws IOException {
    SSLSocket socket =
        TlsContexts.connect(
            context, new InetSocketAddress(manager.host(), manager.port()), CONNECT_MILLIS);
    try {
      Peer.requirePeer(socket, PeerRole.MANAGER, manager.id());
      TcpConnection.tune(socket);
      return new TcpConnection(socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }
}

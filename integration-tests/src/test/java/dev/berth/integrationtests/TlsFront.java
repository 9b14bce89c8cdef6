package dev.berth.integrationtests;

import dev.berth.common.http.Pump;
import dev.berth.common.http.TcpConnection;
import dev.berth.common.tls.Authority;
import dev.berth.common.tls.OwnCredentials;
import dev.berth.common.tls.Peer;
import dev.berth.common.tls.PeerRole;
import dev.berth.common.tls.TlsContexts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLSocket;

/** Speaks TLS on a port of loopback, and passes what it hears to another one. */
final class TlsFront implements AutoCloseable {
  private final ServerSocket socket;
  private final int to;
  private final Path authority;

  private TlsFront(ServerSocket socket, int to, Path authority) {
    this.socket = socket;
    this.to = to;
    this.authority = authority;
  }

  static TlsFront start(Path directory, int to) throws IOException {
    try {
      Authority signs = Authority.open(directory, "authority of tests");
      ServerSocket socket =
          TlsContexts.listenForClients(
              TlsContexts.server(
                  OwnCredentials.of(
                      directory,
                      signs.issueHere(
                          new Peer(PeerRole.MANAGER, "front"),
                          List.of("127.0.0.1"),
                          Duration.ofDays(1))),
                  List.of(signs.certificate())),
              new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
              TlsContexts.ClientCertificate.OPTIONAL);
      TlsFront front = new TlsFront(socket, to, directory.resolve("ca.pem"));
      Thread.ofVirtual().name("tls-front").start(front::accept);
      return front;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  URI url() {
    return URI.create("https://127.0.0.1:" + socket.getLocalPort());
  }

  /** Who signed its certificate. */
  Path authority() {
    return authority;
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Thread.ofVirtual().start(() -> pass(client));
      } catch (IOException e) {
        // Closed, or one client that went.
      }
    }
  }

  private void pass(Socket client) {
    try (client;
        Socket service = new Socket(InetAddress.getLoopbackAddress(), to)) {
      if (client instanceof SSLSocket tls) {
        tls.startHandshake();
      }
      Pump.join(new TcpConnection(client), new TcpConnection(service));
    } catch (IOException e) {
      // The client sees its connection closed.
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // Nobody is left to tell.
    }
  }
}

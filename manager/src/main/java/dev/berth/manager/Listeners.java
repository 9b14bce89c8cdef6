package dev.berth.manager;

import dev.berth.common.http.HttpServer;
import dev.berth.common.tls.OwnCredentials;
import dev.berth.common.tls.TlsContexts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The sockets at which a manager is reached. What was opened is closed, however far it got. */
final class Listeners implements AutoCloseable {
  private static final int BACKLOG = 1024;

  private final ManagerConfig config;
  private final OwnAddresses addresses;
  private final OwnCredentials credentials;
  private final List<HttpServer> servers = new ArrayList<>();
  private final List<Endpoint> endpoints = new ArrayList<>();

  Listeners(ManagerConfig config, OwnAddresses addresses, OwnCredentials credentials) {
    this.config = config;
    this.addresses = addresses;
    this.credentials = credentials;
  }

  /** Opens the one for hosts and other managers; returns where they reach it. */
  InetSocketAddress openForCluster(HttpServer.Handler handler)
      throws IOException, GeneralSecurityException {
    ServerSocket socket =
        TlsContexts.listen(
            TlsContexts.mutual(credentials),
            config.cluster(),
            TlsContexts.ClientCertificate.OPTIONAL);
    servers.add(HttpServer.start(socket, HttpServer.Limits.idleFor(config.idleTimeout()), handler));
    return new InetSocketAddress(addresses.reachable(config.cluster()), socket.getLocalPort());
  }

  /**
   * Opens those for clients.
   *
   * @param users the authority of client certificates
   */
  void openForClients(HttpServer.Handler handler, X509Certificate users)
      throws IOException, GeneralSecurityException {
    Path ca = config.data().resolve("cluster-ca").resolve("ca.pem");
    for (Listen listen : config.listen()) {
      ServerSocket socket = open(listen, users);
      servers.add(
          HttpServer.start(
              socket,
              HttpServer.Limits.idleFor(config.idleTimeout())
                  .ofAddress(config.limits().connections()),
              handler));
      endpoints.add(
          new Endpoint(
              URI.create(
                  "tcp://" + OwnAddresses.text(addresses.shown(listen), socket.getLocalPort())),
              listen.scheme() == Listen.Scheme.TLS ? Optional.of(ca) : Optional.empty()));
    }
  }

  private ServerSocket open(Listen listen, X509Certificate users)
      throws IOException, GeneralSecurityException {
    InetSocketAddress address = new InetSocketAddress(listen.host(), listen.port());
    return switch (listen.scheme()) {
      case TCP -> plain(address);
      case TLS ->
          TlsContexts.listenForClients(
              TlsContexts.server(credentials, List.of(users)),
              address,
              TlsContexts.ClientCertificate.OPTIONAL);
    };
  }

  private static ServerSocket plain(InetSocketAddress address) throws IOException {
    ServerSocket socket = new ServerSocket();
    try {
      socket.setReuseAddress(true);
      socket.bind(address, BACKLOG);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw new IOException(
          "cannot listen on %s: %s; choose another with --listen"
              .formatted(address, e.getMessage()),
          e);
    }
  }

  /** Where clients reach the manager. */
  List<Endpoint> endpoints() {
    return List.copyOf(endpoints);
  }

  @Override
  public void close() throws IOException {
    for (HttpServer server : servers.reversed()) {
      server.close();
    }
  }
}

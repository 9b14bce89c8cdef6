package dev.berth.manager.zookeeper;

import dev.berth.common.tls.Credentials;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.zookeeper.server.DatadirCleanupManager;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;

/**
 * One ZooKeeper server in this JVM, which speaks TLS alone and only with certificates of the
 * cluster's authority. Its data is on disk before it answers, so it survives being killed.
 */
public final class EmbeddedZooKeeper implements AutoCloseable {
  private static final int TICK_MILLIS = 1_000;
  private static final int MAX_CONNECTIONS_OF_ONE_ADDRESS = 4_096;
  private static final int SNAPSHOTS_KEPT = 3;
  private static final int CLEAN_UP_HOURS = 1;

  private final ServerCnxnFactory factory;
  private final ZooKeeperServer server;
  private final DatadirCleanupManager cleanup;

  private EmbeddedZooKeeper(
      ServerCnxnFactory factory, ZooKeeperServer server, DatadirCleanupManager cleanup) {
    this.factory = factory;
    this.server = server;
    this.cleanup = cleanup;
  }

  /**
   * Starts the server.
   *
   * @param data its directory
   * @param listen port 0 lets the kernel choose
   * @param credentials a directory that {@link Credentials#save} wrote
   */
  public static EmbeddedZooKeeper start(Path data, InetSocketAddress listen, Path credentials)
      throws IOException {
    configureTls(credentials);
    Files.createDirectories(data);
    FileTxnSnapLog log = new FileTxnSnapLog(data.toFile(), data.toFile());
    ZooKeeperServer server = new ZooKeeperServer(log, TICK_MILLIS, "");
    server.setMinSessionTimeout(2 * TICK_MILLIS);
    server.setMaxSessionTimeout(60 * TICK_MILLIS);
    ServerCnxnFactory factory = ServerCnxnFactory.createFactory();
    factory.configure(listen, MAX_CONNECTIONS_OF_ONE_ADDRESS, -1, true);
    try {
      factory.startup(server);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while ZooKeeper started", e);
    }
    DatadirCleanupManager cleanup =
        new DatadirCleanupManager(data.toFile(), data.toFile(), SNAPSHOTS_KEPT, CLEAN_UP_HOURS);
    cleanup.start();
    return new EmbeddedZooKeeper(factory, server, cleanup);
  }

  /** The server takes its TLS settings from the system's properties, and from nowhere else. */
  private static void configureTls(Path credentials) {
    System.setProperty(
        ServerCnxnFactory.ZOOKEEPER_SERVER_CNXN_FACTORY,
        "org.apache.zookeeper.server.NettyServerCnxnFactory");
    System.setProperty(
        "zookeeper.authProvider.x509",
        "org.apache.zookeeper.server.auth.X509AuthenticationProvider");
    Map.of(
            "zookeeper.ssl.keyStore.location", Credentials.identityFile(credentials).toString(),
            "zookeeper.ssl.keyStore.type", "PEM",
            "zookeeper.ssl.trustStore.location", Credentials.authorityFile(credentials).toString(),
            "zookeeper.ssl.trustStore.type", "PEM",
            "zookeeper.ssl.protocol", "TLSv1.3",
            "zookeeper.ssl.enabledProtocols", "TLSv1.3",
            "zookeeper.ssl.clientAuth", "need",
            "zookeeper.ssl.hostnameVerification", "false",
            "zookeeper.ssl.clientHostnameVerification", "false",
            "zookeeper.admin.enableServer", "false")
        .forEach(System::setProperty);
  }

  public int port() {
    return factory.getLocalPort();
  }

  @Override
  public void close() {
    cleanup.shutdown();
    factory.shutdown();
    server.shutdown(true);
  }
}

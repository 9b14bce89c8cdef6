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
import org.apache.zookeeper.server.auth.ProviderRegistry;
import org.apache.zookeeper.server.auth.X509AuthenticationProvider;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One ZooKeeper server in this JVM, which speaks TLS alone and only with certificates of the
 * cluster's authority: of managers, which may do all, and of agents, which may do what {@link
 * AgentAccess} says. Its data is on disk before it answers, so it survives being killed.
 *
 * <p>ZooKeeper's server takes its TLS settings from the system's properties and reads the files
 * anew for each connection. So a renewed certificate counts at once (another authority only from
 * the next start), and two servers of different clusters cannot run in one JVM at the same time,
 * though one after the other. Clients are not touched: those of {@link
 * dev.berth.common.zookeeper.Coordination} bring every setting with them.
 */
public final class EmbeddedZooKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedZooKeeper.class);
  private static final String X509_PROVIDER = "zookeeper.authProvider.x509";
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
   * @throws IOException with a sentence, when the address is in use or the data cannot be read;
   *     nothing is left running
   */
  public static EmbeddedZooKeeper start(Path data, InetSocketAddress listen, Path credentials)
      throws IOException {
    configureTls(credentials);
    Files.createDirectories(data);
    FileTxnSnapLog log = new FileTxnSnapLog(data.toFile(), data.toFile());
    ZooKeeperServer server = new GuardedServer(log, TICK_MILLIS);
    server.setMinSessionTimeout(2 * TICK_MILLIS);
    server.setMaxSessionTimeout(60 * TICK_MILLIS);
    ServerCnxnFactory factory = ServerCnxnFactory.createFactory();
    DatadirCleanupManager cleanup =
        new DatadirCleanupManager(data.toFile(), data.toFile(), SNAPSHOTS_KEPT, CLEAN_UP_HOURS);
    EmbeddedZooKeeper embedded = new EmbeddedZooKeeper(factory, server, cleanup);
    try {
      factory.configure(listen, MAX_CONNECTIONS_OF_ONE_ADDRESS, -1, true);
      factory.startup(server);
      cleanup.start();
      return embedded;
    } catch (Exception e) {
      // Netty throws a failed bind as it is, checked and undeclared.
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      embedded.close();
      throw new IOException(
          "ZooKeeper cannot start on %s with its data in %s: %s"
              .formatted(listen, data, e.getMessage()),
          e);
    }
  }

  /** The server takes its TLS settings from the system's properties, and from nowhere else. */
  private static void configureTls(Path credentials) {
    System.setProperty(
        ServerCnxnFactory.ZOOKEEPER_SERVER_CNXN_FACTORY,
        "org.apache.zookeeper.server.NettyServerCnxnFactory");
    System.setProperty(X509_PROVIDER, X509AuthenticationProvider.class.getName());
    // The manager's certificate is renewed while the server runs.
    System.setProperty("zookeeper.client.certReload", "true");
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
    // The registry keeps the authority that the JVM's first server had, if it is not told again.
    ProviderRegistry.initialize();
    ProviderRegistry.addOrUpdateProvider(X509_PROVIDER);
  }

  public int port() {
    return factory.getLocalPort();
  }

  @Override
  public void close() {
    cleanup.shutdown();
    factory.shutdown();
    server.shutdown(true);
    try {
      server.getTxnLogFactory().close();
    } catch (IOException e) {
      LOG.atWarn().setCause(e).log("ZooKeeper's log did not close");
    }
  }
}

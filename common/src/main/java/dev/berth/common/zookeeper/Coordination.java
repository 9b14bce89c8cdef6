package dev.berth.common.zookeeper;

import dev.berth.common.record.Paths;
import dev.berth.common.tls.Credentials;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.state.ConnectionStateListener;
import org.apache.curator.retry.BoundedExponentialBackoffRetry;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.ZKConfig;

/**
 * Opens clients of ZooKeeper, over mutual TLS unless the address says otherwise. Each client has
 * its own settings; the system's properties, which an embedded server in the same JVM uses, are not
 * touched and do not count.
 */
public final class Coordination {

  /** A part that is silent for so long is taken for dead. */
  public static final Duration SESSION = Duration.ofSeconds(6);

  /**
   * Before the servers of an ensemble that an operator runs without TLS. Whoever reaches that
   * ensemble rules the cluster, so its network must be closed to tenants.
   */
  public static final String PLAIN = "zookeeper://";

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final int RETRY_BASE_MILLIS = 100;
  private static final int RETRY_MAX_MILLIS = 1_000;
  private static final int RETRIES = 5;

  /** The names of a hundred thousand containers in one answer. */
  private static final int MAX_ANSWER_BYTES = 8 * 1024 * 1024;

  private Coordination() {}

  /**
   * A started client with the usual session, see {@link #connect(String, Path, Duration, List)}.
   */
  public static CuratorFramework connect(String servers, Path credentials) {
    return connect(servers, credentials, SESSION, List.of());
  }

  /**
   * A started client. An operation is tried for a few seconds while ZooKeeper is away, and then
   * fails; the client itself goes on trying to connect for ever.
   *
   * @param servers as {@code host:port,host:port/chroot}; without TLS after {@value #PLAIN}
   * @param credentials a directory that {@link Credentials#save} wrote, read again at each
   *     connection; not used without TLS
   * @param session what is ephemeral goes when the client was silent for so long
   * @param listeners hear of every change of the connection, from the first on
   */
  public static CuratorFramework connect(
      String servers, Path credentials, Duration session, List<ConnectionStateListener> listeners) {
    boolean plain = servers.startsWith(PLAIN);
    CuratorFramework client =
        CuratorFrameworkFactory.builder()
            .connectString(plain ? servers.substring(PLAIN.length()) : servers)
            .namespace(Paths.NAMESPACE)
            .sessionTimeoutMs(Math.toIntExact(session.toMillis()))
            .connectionTimeoutMs(Math.toIntExact(CONNECT.toMillis()))
            .retryPolicy(
                new BoundedExponentialBackoffRetry(RETRY_BASE_MILLIS, RETRY_MAX_MILLIS, RETRIES))
            .zkClientConfig(plain ? plainConfig() : tlsConfig(credentials))
            .build();
    listeners.forEach(client.getConnectionStateListenable()::addListener);
    client.start();
    return client;
  }

  private static ZKClientConfig plainConfig() {
    ZKClientConfig config = new ZKClientConfig();
    config.setProperty(ZKClientConfig.SECURE_CLIENT, "false");
    config.setProperty(ZKConfig.JUTE_MAXBUFFER, Integer.toString(MAX_ANSWER_BYTES));
    return config;
  }

  private static ZKClientConfig tlsConfig(Path credentials) {
    ZKClientConfig config = new ZKClientConfig();
    config.setProperty(ZKConfig.JUTE_MAXBUFFER, Integer.toString(MAX_ANSWER_BYTES));
    config.setProperty(ZKClientConfig.SECURE_CLIENT, "true");
    config.setProperty(
        ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET, "org.apache.zookeeper.ClientCnxnSocketNetty");
    config.setProperty(
        "zookeeper.ssl.keyStore.location", Credentials.identityFile(credentials).toString());
    config.setProperty("zookeeper.ssl.keyStore.type", "PEM");
    config.setProperty(
        "zookeeper.ssl.trustStore.location", Credentials.authorityFile(credentials).toString());
    config.setProperty("zookeeper.ssl.trustStore.type", "PEM");
    config.setProperty("zookeeper.ssl.protocol", "TLSv1.3");
    config.setProperty("zookeeper.ssl.enabledProtocols", "TLSv1.3");
    // Hosts change their addresses: the authority's signature is what counts.
    config.setProperty("zookeeper.ssl.hostnameVerification", "false");
    return config;
  }

  /** Waits for the first connection; false when it does not come in time. */
  public static boolean awaitConnected(CuratorFramework client, Duration limit)
      throws InterruptedException {
    return client.blockUntilConnected(Math.toIntExact(limit.toMillis()), TimeUnit.MILLISECONDS);
  }
}

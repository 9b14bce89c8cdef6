package dev.berth.common.zookeeper;

import dev.berth.common.record.Paths;
import dev.berth.common.tls.Credentials;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.BoundedExponentialBackoffRetry;
import org.apache.zookeeper.client.ZKClientConfig;

/** Opens clients of ZooKeeper, over mutual TLS. */
public final class Coordination {

  /** A part that is silent for so long is taken for dead. */
  public static final Duration SESSION = Duration.ofSeconds(6);

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final int RETRY_BASE_MILLIS = 100;
  private static final int RETRY_MAX_MILLIS = 1_000;
  private static final int RETRIES = 5;

  private Coordination() {}

  /**
   * A started client. An operation is tried for a few seconds while ZooKeeper is away, and then
   * fails; the client itself goes on trying to connect for ever.
   *
   * @param servers as {@code host:port,host:port/chroot}
   * @param credentials a directory that {@link Credentials#save} wrote
   */
  public static CuratorFramework connect(String servers, Path credentials) {
    ZKClientConfig config = new ZKClientConfig();
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
    CuratorFramework client =
        CuratorFrameworkFactory.builder()
            .connectString(servers)
            .namespace(Paths.NAMESPACE)
            .sessionTimeoutMs(Math.toIntExact(SESSION.toMillis()))
            .connectionTimeoutMs(Math.toIntExact(CONNECT.toMillis()))
            .retryPolicy(
                new BoundedExponentialBackoffRetry(RETRY_BASE_MILLIS, RETRY_MAX_MILLIS, RETRIES))
            .zkClientConfig(config)
            .build();
    client.start();
    return client;
  }

  /** Waits for the first connection; false when it does not come in time. */
  public static boolean awaitConnected(CuratorFramework client, Duration limit)
      throws InterruptedException {
    return client.blockUntilConnected(Math.toIntExact(limit.toMillis()), TimeUnit.MILLISECONDS);
  }
}

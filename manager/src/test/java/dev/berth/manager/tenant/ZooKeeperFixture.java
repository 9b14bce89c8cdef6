package dev.berth.manager.tenant;

import dev.berth.common.record.Paths;
import dev.berth.common.tls.Authority;
import dev.berth.common.tls.Peer;
import dev.berth.common.tls.PeerRole;
import dev.berth.common.zookeeper.Coordination;
import dev.berth.manager.zookeeper.EmbeddedZooKeeper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A ZooKeeper of one's own for the tests of a class, which can be stopped and started again. */
public final class ZooKeeperFixture implements BeforeAllCallback, AfterAllCallback {
  private Path directory;
  private EmbeddedZooKeeper server;
  private CuratorFramework client;
  private int port;

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    directory = Files.createTempDirectory("zookeeper");
    Authority.open(directory.resolve("ca"), "cluster")
        .issueHere(new Peer(PeerRole.MANAGER, "m1"), List.of(), Duration.ofDays(1))
        .save(directory.resolve("manager"));
    restart();
    client = Coordination.connect("127.0.0.1:" + port, directory.resolve("manager"));
    if (!Coordination.awaitConnected(client, Duration.ofSeconds(20))) {
      throw new IOException("no connection to ZooKeeper within 20 seconds");
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    client.close();
    server.close();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** A part of the tree that no other test uses. */
  public CuratorFramework fresh(String test) {
    return client.usingNamespace(Paths.NAMESPACE + "/" + test);
  }

  /** Where it listens, on the loopback. */
  public int port() {
    return port;
  }

  /** Another client, by a port that leads there. */
  public CuratorFramework connect(int byPort) throws Exception {
    CuratorFramework other =
        Coordination.connect("127.0.0.1:" + byPort, directory.resolve("manager"));
    if (!Coordination.awaitConnected(other, Duration.ofSeconds(20))) {
      throw new IOException("no connection to ZooKeeper within 20 seconds");
    }
    return other;
  }

  public CuratorFramework client() {
    return client;
  }

  public void stop() {
    server.close();
  }

  /** Starts it with what it held, on the port that it had. */
  public void restart() throws IOException {
    server =
        EmbeddedZooKeeper.start(
            directory.resolve("data"),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
            directory.resolve("manager"));
    port = server.port();
  }
}

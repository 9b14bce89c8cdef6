package dev.berth.manager.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.berth.common.tls.Authority;
import dev.berth.common.tls.Peer;
import dev.berth.common.tls.PeerRole;
import dev.berth.common.zookeeper.Coordination;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class EmbeddedZooKeeperTest {
  // One authority for all: ZooKeeper keeps the first that a JVM gave it.
  @TempDir private static Path directory;
  private static Authority authority;
  private EmbeddedZooKeeper server;

  @BeforeAll
  static void issue() throws Exception {
    authority = Authority.open(directory.resolve("cluster"), "cluster");
    authority
        .issueHere(new Peer(PeerRole.MANAGER, "m1"), List.of(), Duration.ofDays(1))
        .save(directory.resolve("manager"));
  }

  @BeforeEach
  void start() throws Exception {
    server = start(0);
  }

  private EmbeddedZooKeeper start(int port) throws Exception {
    return EmbeddedZooKeeper.start(
        directory.resolve("data"),
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
        directory.resolve("manager"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private CuratorFramework connect(String credentials) {
    return Coordination.connect("127.0.0.1:" + server.port(), directory.resolve(credentials));
  }

  @Test
  void what_was_written_is_there_after_a_restart_and_the_client_reconnects_by_itself()
      throws Exception {
    try (CuratorFramework client = connect("manager")) {
      assertThat(Coordination.awaitConnected(client, Duration.ofSeconds(10))).isTrue();
      client.create().forPath("/kept", new byte[] {1});
      int port = server.port();
      server.close();
      server = start(port);
      await()
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptions()
          .until(() -> client.getData().forPath("/kept").length == 1);
    }
  }

  @Test
  void an_ephemeral_node_goes_with_its_client() throws Exception {
    try (CuratorFramework watcher = connect("manager")) {
      try (CuratorFramework client = connect("manager")) {
        client.create().withMode(CreateMode.EPHEMERAL).forPath("/here");
        assertThat(watcher.checkExists().forPath("/here")).isNotNull();
      }
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> watcher.checkExists().forPath("/here") == null);
    }
  }

  @Test
  void a_users_certificate_an_expired_one_and_a_plain_client_are_kept_out() throws Exception {
    Authority users = Authority.open(directory.resolve("users-ca"), "users");
    users
        .issueHere(new Peer(PeerRole.USER, "eve"), List.of(), Duration.ofDays(1))
        .save(directory.resolve("user"));
    java.nio.file.Files.copy(
        directory.resolve("manager/ca.pem"),
        directory.resolve("user/ca.pem"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    authority
        .issueHere(new Peer(PeerRole.MANAGER, "m1"), List.of(), Duration.ofMinutes(-1))
        .save(directory.resolve("old"));
    for (String credentials : List.of("user", "old")) {
      try (CuratorFramework client = connect(credentials)) {
        assertThat(Coordination.awaitConnected(client, Duration.ofSeconds(3)))
            .describedAs(credentials)
            .isFalse();
      }
    }
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write("ruok\n\n\n\n\n\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      assertThat(
              new String(
                  socket.getInputStream().readAllBytes(),
                  java.nio.charset.StandardCharsets.ISO_8859_1))
          .doesNotContain("imok");
    }
  }
}

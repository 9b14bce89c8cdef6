package dev.berth.manager.zookeeper;

import static org.apache.zookeeper.ZooDefs.Ids.OPEN_ACL_UNSAFE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.berth.common.id.HostId;
import dev.berth.common.record.HostRecord;
import dev.berth.common.record.Paths;
import dev.berth.common.record.Records;
import dev.berth.common.tls.Authority;
import dev.berth.common.tls.Peer;
import dev.berth.common.tls.PeerRole;
import dev.berth.common.zookeeper.Coordination;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.server.NIOServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class EmbeddedZooKeeperTest {
  @TempDir private static Path directory;
  private static Authority authority;
  private EmbeddedZooKeeper server;

  @BeforeAll
  static void issue() throws Exception {
    authority = Authority.open(directory.resolve("cluster"), "cluster");
    authority
        .issueHere(new Peer(PeerRole.MANAGER, "m1"), List.of(), Duration.ofDays(1))
        .save(directory.resolve("manager"));
    authority
        .issueHere(new Peer(PeerRole.AGENT, "h1"), List.of(), Duration.ofDays(1))
        .save(directory.resolve("agent"));
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
    Authority users =
        Authority.open(directory.resolve("users-ca"), "users", Authority.Purpose.USERS);
    users
        .issueHere(new Peer(PeerRole.USER, "eve"), List.of(), Duration.ofDays(1))
        .save(directory.resolve("user"));
    Files.copy(
        directory.resolve("manager/ca.pem"),
        directory.resolve("user/ca.pem"),
        StandardCopyOption.REPLACE_EXISTING);
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
      socket.getOutputStream().write("ruok\n\n\n\n\n\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
          .doesNotContain("imok");
    }
  }

  @Test
  void the_same_client_is_let_in_with_a_good_certificate_and_not_with_a_plain_address()
      throws Exception {
    try (CuratorFramework good = connect("manager");
        CuratorFramework plain =
            Coordination.connect(
                Coordination.PLAIN + "127.0.0.1:" + server.port(), directory.resolve("none"))) {
      assertThat(Coordination.awaitConnected(good, Duration.ofSeconds(10))).isTrue();
      assertThat(Coordination.awaitConnected(plain, Duration.ofSeconds(3))).isFalse();
    }
  }

  @Test
  void a_plain_ensemble_can_be_used_from_the_jvm_of_the_embedded_server() throws Exception {
    NIOServerCnxnFactory ensemble = new NIOServerCnxnFactory();
    ensemble.configure(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    File data = directory.resolve("plain").toFile();
    ensemble.startup(new ZooKeeperServer(data, data, 1_000));
    try (CuratorFramework client =
        Coordination.connect(
            Coordination.PLAIN + "127.0.0.1:" + ensemble.getLocalPort(),
            directory.resolve("none"))) {
      assertThat(Coordination.awaitConnected(client, Duration.ofSeconds(10))).isTrue();
      client.create().forPath("/plain");
    } finally {
      ensemble.shutdown();
    }
  }

  @Test
  void an_agent_says_that_it_is_there_and_can_change_nothing_of_the_managers() throws Exception {
    try (CuratorFramework manager = connect("manager");
        CuratorFramework agent = connect("agent")) {
      member(manager);
      agent
          .create()
          .creatingParentsIfNeeded()
          .withMode(CreateMode.EPHEMERAL)
          .forPath(Paths.LIVE_HOSTS + "/h1", new byte[] {1});
      agent.setData().forPath(Paths.LIVE_HOSTS + "/h1", new byte[] {2});
      assertThat(agent.getData().forPath(Paths.LIVE_HOSTS + "/h1")).containsExactly(2);

      manager.create().creatingParentsIfNeeded().forPath(Paths.user("ann"), new byte[] {1});
      manager.create().creatingParentsIfNeeded().forPath(Paths.LIVE_HOSTS + "/h2");
      assertRefused(() -> agent.getData().forPath(Paths.user("ann")));
      assertRefused(() -> agent.getChildren().forPath(Paths.USERS));
      assertRefused(() -> agent.setData().forPath(Paths.user("ann"), new byte[] {3}));
      assertRefused(() -> agent.delete().forPath(Paths.user("ann")));
      assertRefused(() -> agent.create().forPath(Paths.user("eve")));
      assertRefused(() -> agent.delete().forPath(Paths.LIVE_HOSTS + "/h2"));
      assertRefused(() -> agent.setACL().withACL(OPEN_ACL_UNSAFE).forPath(Paths.USERS));
      assertRefused(
          () ->
              agent
                  .transaction()
                  .forOperations(
                      agent.transactionOp().setData().forPath(Paths.LIVE_HOSTS + "/h1"),
                      agent.transactionOp().delete().forPath(Paths.user("ann"))));
      assertThat(manager.getData().forPath(Paths.user("ann"))).containsExactly(1);
    }
  }

  private static void member(CuratorFramework manager) throws Exception {
    HostRecord record = HostRecord.joined("h1", "host 1", 0, Map.of());
    manager
        .create()
        .orSetData()
        .creatingParentsIfNeeded()
        .forPath(Paths.host(new HostId("h1")), Records.write(record));
  }

  @Test
  void an_agent_whose_host_is_no_member_is_refused_from_that_moment_on() throws Exception {
    try (CuratorFramework manager = connect("manager");
        CuratorFramework agent = connect("agent")) {
      String own = Paths.liveHost(new HostId("h1"));
      manager.createContainers(Paths.LIVE_HOSTS);
      manager.delete().quietly().forPath(Paths.host(new HostId("h1")));
      manager.delete().quietly().forPath(own);
      assertRefused(() -> agent.getChildren().forPath(Paths.LIVE_HOSTS));
      assertRefused(() -> agent.create().forPath(own));

      member(manager);
      agent.create().withMode(CreateMode.EPHEMERAL).forPath(own);
      assertThat(agent.getChildren().forPath(Paths.LIVE_HOSTS)).contains("h1");

      HostRecord revoked =
          HostRecord.joined("h1", "host 1", 0, Map.of()).in(HostRecord.State.REVOKED);
      manager.setData().forPath(Paths.host(new HostId("h1")), Records.write(revoked));
      assertRefused(() -> agent.getChildren().forPath(Paths.LIVE_HOSTS));
      assertRefused(() -> agent.setData().forPath(own, new byte[] {1}));
      manager.delete().forPath(own);
      assertRefused(() -> agent.create().forPath(own));

      manager.delete().forPath(Paths.host(new HostId("h1")));
      assertRefused(() -> agent.create().forPath(own));
    }
  }

  private static void assertRefused(ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(KeeperException.NoAuthException.class);
  }

  @Test
  void a_listener_hears_of_the_first_connection_and_of_its_loss() throws Exception {
    BlockingQueue<ConnectionState> heard = new LinkedBlockingQueue<>();
    try (CuratorFramework client =
        Coordination.connect(
            "127.0.0.1:" + server.port(),
            directory.resolve("agent"),
            Duration.ofSeconds(4),
            List.of((_, state) -> heard.add(state)))) {
      assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(ConnectionState.CONNECTED);
      assertThat(client.getZookeeperClient().getZooKeeper().getSessionTimeout()).isEqualTo(4_000);
      server.close();
      assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(ConnectionState.SUSPENDED);
    }
  }

  @Test
  void a_server_of_another_authority_can_follow_in_the_same_jvm() throws Exception {
    server.close();
    Authority other = Authority.open(directory.resolve("other-ca"), "other");
    other
        .issueHere(new Peer(PeerRole.MANAGER, "m2"), List.of(), Duration.ofDays(1))
        .save(directory.resolve("other"));
    server =
        EmbeddedZooKeeper.start(
            directory.resolve("other-data"),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            directory.resolve("other"));
    try (CuratorFramework its = connect("other");
        CuratorFramework former = connect("manager")) {
      assertThat(Coordination.awaitConnected(its, Duration.ofSeconds(10))).isTrue();
      assertThat(Coordination.awaitConnected(former, Duration.ofSeconds(3))).isFalse();
    }
  }

  @Test
  void an_address_in_use_is_told_in_a_sentence() {
    assertThatThrownBy(
            () ->
                EmbeddedZooKeeper.start(
                    directory.resolve("in-use"),
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()),
                    directory.resolve("manager")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("ZooKeeper cannot start on")
        .hasMessageContaining("in use");
  }

  @Test
  void what_was_acknowledged_survives_a_kill() throws Exception {
    Path data = directory.resolve("killed");
    Process first = fork(data, "first");
    int port = portOf("first");
    try (CuratorFramework client =
        Coordination.connect("127.0.0.1:" + port, directory.resolve("manager"))) {
      for (int i = 0; i < 50; i++) {
        client.create().forPath("/kept-" + i, new byte[] {(byte) i});
      }
      client.create().withMode(CreateMode.EPHEMERAL).forPath("/gone");
      first.destroyForcibly();
      assertThat(first.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
    Process second = fork(data, "second");
    int again = portOf("second");
    try (CuratorFramework client =
        Coordination.connect("127.0.0.1:" + again, directory.resolve("manager"))) {
      for (int i = 0; i < 50; i++) {
        assertThat(client.getData().forPath("/kept-" + i)).containsExactly(i);
      }
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> client.checkExists().forPath("/gone") == null);
    } finally {
      second.destroyForcibly();
    }
  }

  private static Process fork(Path data, String portFile) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            ForkedServer.class.getName(),
            data.toString(),
            directory.resolve("manager").toString(),
            directory.resolve(portFile).toString())
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static int portOf(String portFile) throws IOException {
    Path file = directory.resolve(portFile);
    await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(file));
    return Integer.parseInt(Files.readString(file));
  }
}

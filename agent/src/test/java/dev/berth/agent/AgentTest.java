package dev.berth.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.berth.agent.ManagerSide.Answer;
import dev.berth.agent.monitor.MonitorLimits;
import dev.berth.common.http.Connection;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpCall;
import dev.berth.common.http.RequestHead;
import dev.berth.common.http.TcpConnection;
import dev.berth.common.id.HostId;
import dev.berth.common.record.HostDescriptor;
import dev.berth.common.record.Paths;
import dev.berth.common.record.Records;
import dev.berth.common.tls.Credentials;
import dev.berth.common.tls.PeerRole;
import dev.berth.common.tls.TlsContexts;
import dev.berth.common.wire.AgentApi;
import dev.berth.common.zookeeper.Coordination;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SharedEngine.class)
@Timeout(120)
class AgentTest {
  @TempDir private static Path directory;
  private static TestCluster cluster;
  private static CuratorFramework zookeeper;

  @TempDir private Path data;

  @BeforeAll
  static void begin() throws Exception {
    cluster = new TestCluster(directory);
    zookeeper = Coordination.connect(cluster.zookeeperServers(), cluster.managerFiles());
    assertThat(Coordination.awaitConnected(zookeeper, Duration.ofSeconds(20))).isTrue();
  }

  @AfterAll
  static void end() throws IOException {
    zookeeper.close();
    cluster.close();
  }

  private AgentConfig config(Path engineSocket, String name, Optional<Join> join) {
    return config(engineSocket, name, join, Optional.empty());
  }

  private AgentConfig config(
      Path engineSocket, String name, Optional<Join> join, Optional<InetSocketAddress> metrics) {
    return new AgentConfig(
        data,
        engineSocket,
        join,
        name,
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        "",
        Optional.empty(),
        Map.of("zone", "north"),
        MonitorLimits.DEFAULT,
        metrics,
        Preflight.OFF);
  }

  private static List<String> live() throws Exception {
    try {
      return zookeeper.getChildren().forPath(Paths.LIVE_HOSTS);
    } catch (KeeperException.NoNodeException e) {
      return List.of();
    }
  }

  /** Waits until a host whose id begins so is live. */
  private static HostDescriptor awaitLive(String name) {
    await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .until(() -> live().stream().anyMatch(id -> id.startsWith(name + "-")));
    try {
      String id = live().stream().filter(one -> one.startsWith(name + "-")).findFirst().get();
      return Records.read(
          zookeeper.getData().forPath(Paths.liveHost(new HostId(id))), HostDescriptor.class);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static HttpCall dial(HostDescriptor host, Credentials credentials) throws Exception {
    return new HttpCall(
        new TcpConnection(
            TlsContexts.connect(
                TlsContexts.mutual(credentials),
                new InetSocketAddress(host.address(), host.port()),
                10_000)));
  }

  private static HttpCall dialAsManager(HostDescriptor host) throws Exception {
    return dial(host, Credentials.load(cluster.managerFiles()).orElseThrow());
  }

  @Test
  void a_host_that_joins_is_live_with_its_engines_facts_and_serves_managers(Dockerd engine)
      throws Exception {
    try (Agent agent = Agent.start(config(engine.socket(), "alpha", Optional.of(cluster.join())))) {
      HostDescriptor host = awaitLive("alpha");

      assertThat(agent).isNotNull();
      assertThat(host.name()).isEqualTo("alpha");
      assertThat(host.address()).isEqualTo("127.0.0.1");
      assertThat(host.engineVersion()).isNotEmpty();
      assertThat(host.apiVersion()).matches("1\\.[0-9]+");
      assertThat(host.cpus()).isPositive();
      assertThat(host.memory()).isPositive();
      assertThat(host.osType()).isEqualTo("linux");
      assertThat(host.labels()).containsEntry("zone", "north");
      try (HttpCall call = dialAsManager(host)) {
        assertThat(ManagerSide.engine(call, "GET", "/_ping", "").text()).isEqualTo("OK");
        call.send(new RequestHead("GET", AgentApi.FEED, Headers.of("Host", "agent")));
        assertThat(call.receive().status()).isEqualTo(200);
      }
    }
  }

  @Test
  void the_end_of_input_passes_over_tls_and_the_output_comes_back(Dockerd engine) throws Exception {
    try (Agent agent = Agent.start(config(engine.socket(), "tls", Optional.of(cluster.join())))) {
      assertThat(agent).isNotNull();
      HostDescriptor host = awaitLive("tls");
      try (HttpCall other = dialAsManager(host);
          HttpCall attach = dialAsManager(host)) {
        String id =
            ManagerSide.engine(
                    other,
                    "POST",
                    "/containers/create",
                    """
                    {"Image":"busybox","Cmd":["sh","-c","wc -c; echo done"],"OpenStdin":true,
                     "StdinOnce":true,"HostConfig":{"NetworkMode":"none"}}""")
                .json()
                .path("Id")
                .asText();
        attach.send(
            new RequestHead(
                "POST",
                "/engine/containers/" + id + "/attach?stream=1&stdin=1&stdout=1",
                Headers.of(
                    "Host",
                    "agent",
                    "Connection",
                    "Upgrade",
                    "Upgrade",
                    "tcp",
                    AgentApi.EPOCH_HEADER,
                    "1")));
        assertThat(attach.receive().status()).isEqualTo(101);
        assertThat(ManagerSide.engine(other, "POST", "/containers/" + id + "/start", "").status())
            .isEqualTo(204);
        Connection stream = attach.hijack();
        stream.out().write(new byte[1_000_000]);
        stream.shutdownOutput();

        assertThat(new String(stream.in().readAllBytes(), StandardCharsets.ISO_8859_1))
            .contains("1000000\n")
            .endsWith("done\n");
        ManagerSide.engine(other, "DELETE", "/containers/" + id + "?force=1", "");
      }
    }
  }

  @Test
  void nobody_but_a_manager_is_served(Dockerd engine) throws Exception {
    try (Agent agent = Agent.start(config(engine.socket(), "shut", Optional.of(cluster.join())))) {
      assertThat(agent).isNotNull();
      HostDescriptor host = awaitLive("shut");
      try (HttpCall call = dial(host, cluster.issue(PeerRole.AGENT, "other"))) {
        Answer answer = ManagerSide.engine(call, "GET", "/_ping", "");

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.text()).contains("managers alone");
      }
    }
  }

  @Test
  void a_stopped_host_leaves_at_once_and_starts_again_as_the_same_host_without_a_token(
      Dockerd engine) throws Exception {
    String first;
    try (Agent agent = Agent.start(config(engine.socket(), "same", Optional.of(cluster.join())))) {
      assertThat(agent).isNotNull();
      first = awaitLive("same").id();
    }
    assertThat(live()).doesNotContain(first);

    for (Optional<Join> join : List.of(Optional.<Join>empty(), Optional.of(cluster.usedUp()))) {
      try (Agent again = Agent.start(config(engine.socket(), "same", join))) {
        assertThat(again).isNotNull();
        assertThat(awaitLive("same").id()).isEqualTo(first);
      }
    }
  }

  private static URI uri(InetSocketAddress address, String path) {
    return URI.create("http://127.0.0.1:" + address.getPort() + path);
  }

  @Test
  void prometheus_reads_the_hosts_numbers_where_it_is_told_to_and_nothing_else(Dockerd engine)
      throws Exception {
    InetSocketAddress address;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      address = new InetSocketAddress(InetAddress.getLoopbackAddress(), free.getLocalPort());
    }
    AgentConfig told =
        config(engine.socket(), "told", Optional.of(cluster.join()), Optional.of(address));
    try (Agent agent = Agent.start(told);
        HttpClient client = HttpClient.newHttpClient()) {
      assertThat(agent).isNotNull();
      HttpRequest page = HttpRequest.newBuilder(uri(address, "/metrics")).build();
      await()
          .atMost(Duration.ofSeconds(25))
          .until(
              () ->
                  client
                      .send(page, HttpResponse.BodyHandlers.ofString())
                      .body()
                      .contains("berth_host_cpus{host=\"told\"}"));

      for (HttpRequest other :
          List.of(
              HttpRequest.newBuilder(uri(address, "/engine/_ping")).build(),
              HttpRequest.newBuilder(uri(address, "/monitor")).build(),
              HttpRequest.newBuilder(uri(address, "/metrics"))
                  .POST(HttpRequest.BodyPublishers.noBody())
                  .build())) {
        assertThat(client.send(other, HttpResponse.BodyHandlers.ofString()).statusCode())
            .isEqualTo(404);
      }
      assertThatIllegalStateException()
          .isThrownBy(() -> Agent.start(told))
          .withMessageContaining("agent.metrics: cannot listen at")
          .withMessageContaining(Integer.toString(address.getPort()));
    }
  }

  @Test
  void a_host_that_is_not_let_in_says_why(Dockerd engine) throws Exception {
    Join usedUp = cluster.usedUp();
    assertThatIllegalStateException()
        .isThrownBy(() -> Agent.start(config(engine.socket(), "no", Optional.of(usedUp))))
        .withMessageContaining("the join token was used up");
    assertThatIllegalStateException()
        .isThrownBy(() -> Agent.start(config(engine.socket(), "no", Optional.empty())))
        .withMessageContaining("berth host token create");
  }

  @Test
  void a_host_comes_among_the_live_ones_when_its_engine_does(Dockerd engine) throws Exception {
    Path socket = data.resolve("late.sock");
    try (Agent agent = Agent.start(config(socket, "late", Optional.of(cluster.join())))) {
      assertThat(agent).isNotNull();
      assertThat(live()).noneMatch(id -> id.startsWith("late-"));

      Files.createSymbolicLink(socket, engine.socket());

      assertThat(awaitLive("late").engineVersion()).isNotEmpty();
    } finally {
      Files.deleteIfExists(socket);
    }
  }

  @Test
  void the_epoch_that_zookeeper_tells_counts(Dockerd engine) throws Exception {
    try (Agent agent = Agent.start(config(engine.socket(), "epoch", Optional.of(cluster.join())))) {
      assertThat(agent).isNotNull();
      HostDescriptor host = awaitLive("epoch");
      zookeeper.create().orSetData().creatingParentsIfNeeded().forPath(Paths.EPOCH, bytes("7"));
      try (HttpCall call = dialAsManager(host)) {
        await().until(() -> start(call, "6").status() == 412);
        assertThat(start(call, "7").status()).isEqualTo(404);
        Headers newer = Headers.of(AgentApi.EPOCH_HEADER, "8");
        assertThat(ManagerSide.ask(call, "PUT", AgentApi.EPOCH, newer, "").status()).isEqualTo(204);
        assertThat(start(call, "7").status()).isEqualTo(412);
        Headers older = Headers.of(AgentApi.EPOCH_HEADER, "7");
        assertThat(ManagerSide.ask(call, "PUT", AgentApi.EPOCH, older, "").status()).isEqualTo(412);
        assertThat(ManagerSide.ask(call, "PUT", AgentApi.EPOCH, Headers.NONE, "").status())
            .isEqualTo(400);
      }
    } finally {
      zookeeper.delete().quietly().forPath(Paths.EPOCH);
    }
  }

  private static Answer start(HttpCall call, String epoch) throws IOException {
    return ManagerSide.ask(
        call,
        "POST",
        "/engine/containers/nobody/start",
        Headers.of(AgentApi.EPOCH_HEADER, epoch),
        "");
  }

  @Test
  void an_agent_serves_on_while_zookeeper_is_away_and_is_live_again_after(Dockerd engine)
      throws Exception {
    try (Agent agent = Agent.start(config(engine.socket(), "stays", Optional.of(cluster.join())))) {
      assertThat(agent).isNotNull();
      HostDescriptor host = awaitLive("stays");
      cluster.stopZooKeeper();
      try (HttpCall call = dialAsManager(host)) {
        assertThat(ManagerSide.engine(call, "GET", "/_ping", "").text()).isEqualTo("OK");
      } finally {
        cluster.startZooKeeper();
      }
      String path = Paths.liveHost(new HostId(host.id()));
      await()
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptions()
          .until(() -> zookeeper.checkExists().forPath(path) != null);

      zookeeper.delete().quietly().forPath(path);

      await()
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptions()
          .until(() -> zookeeper.checkExists().forPath(path) != null);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}

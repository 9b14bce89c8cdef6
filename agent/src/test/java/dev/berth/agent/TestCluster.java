package dev.berth.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.common.http.Exchange;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpServer;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.tls.Authority;
import dev.berth.common.tls.Credentials;
import dev.berth.common.tls.JoinToken;
import dev.berth.common.tls.Peer;
import dev.berth.common.tls.PeerRole;
import dev.berth.common.tls.TlsContexts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;

/**
 * A cluster without managers: its authority, a real ZooKeeper, and a listener that lets agents in.
 * One for a JVM: ZooKeeper keeps the first authority that it was given.
 */
final class TestCluster implements AutoCloseable {
  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private static final JsonMapper JSON = new JsonMapper();

  private final Path directory;
  private final Authority authority;
  private final HttpServer joins;
  private final AtomicInteger joined = new AtomicInteger();
  private final JoinToken token;
  private ServerCnxnFactory zookeeper;
  private int port;

  TestCluster(Path directory) throws Exception {
    this.directory = directory;
    authority = Authority.open(directory.resolve("authority"), "test cluster");
    token = JoinToken.fresh(authority.fingerprint());
    Credentials manager = issue(PeerRole.MANAGER, "m1");
    manager.save(managerFiles());
    System.setProperty(
        ServerCnxnFactory.ZOOKEEPER_SERVER_CNXN_FACTORY,
        "org.apache.zookeeper.server.NettyServerCnxnFactory");
    Map.of(
            "keyStore.location", Credentials.identityFile(managerFiles()).toString(),
            "keyStore.type", "PEM",
            "trustStore.location", Credentials.authorityFile(managerFiles()).toString(),
            "trustStore.type", "PEM",
            "clientAuth", "need",
            "clientHostnameVerification", "false")
        .forEach((key, value) -> System.setProperty("zookeeper.ssl." + key, value));
    System.setProperty(
        "zookeeper.authProvider.x509",
        "org.apache.zookeeper.server.auth.X509AuthenticationProvider");
    startZooKeeper();
    joins =
        HttpServer.start(
            TlsContexts.listen(
                TlsContexts.mutual(manager), ANY, TlsContexts.ClientCertificate.OPTIONAL),
            HttpServer.Limits.DEFAULT,
            this::letIn);
  }

  void startZooKeeper() throws Exception {
    Path data = directory.resolve("zookeeper");
    ZooKeeperServer server = new ZooKeeperServer(data.toFile(), data.toFile(), 500);
    zookeeper = ServerCnxnFactory.createFactory();
    zookeeper.configure(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 100, -1, true);
    zookeeper.startup(server);
    port = zookeeper.getLocalPort();
  }

  void stopZooKeeper() {
    zookeeper.shutdown();
  }

  private void letIn(Exchange exchange) throws Exception {
    JsonNode request = JSON.readTree(exchange.body());
    if (!request.path("token").asText().equals(token.secret())) {
      answer(exchange, 401, Map.of("message", "the join token was used up"));
      return;
    }
    String host = request.path("name").asText() + "-" + joined.incrementAndGet();
    Peer peer = new Peer(PeerRole.AGENT, host);
    answer(
        exchange,
        200,
        Map.of(
            "certificate",
            authority.issue(request.path("csr").asText(), peer, List.of(), Duration.ofDays(1)),
            "ca",
            authority.certificatePem(),
            "zookeeper",
            zookeeperServers(),
            "hostId",
            host));
  }

  private static void answer(Exchange exchange, int status, Map<String, String> body)
      throws IOException {
    exchange.respond(
        new ResponseHead(status, "-", Headers.of("Content-Type", "application/json")),
        JSON.writeValueAsBytes(body));
  }

  Credentials issue(PeerRole role, String name) throws Exception {
    return authority.issueHere(new Peer(role, name), List.of(), Duration.ofDays(1));
  }

  /** The credentials of a manager, in files. */
  Path managerFiles() {
    return directory.resolve("manager");
  }

  String zookeeperServers() {
    return "127.0.0.1:" + port;
  }

  /** As an operator gives it on a command line: a name that was not looked up. */
  Join join() {
    return new Join(
        token.text(), InetSocketAddress.createUnresolved("localhost", joins.address().getPort()));
  }

  /** A token that the cluster did not give out, or no longer knows. */
  Join usedUp() throws Exception {
    return new Join(JoinToken.fresh(authority.fingerprint()).text(), joins.address());
  }

  @Override
  public void close() throws IOException {
    joins.close();
    stopZooKeeper();
  }
}

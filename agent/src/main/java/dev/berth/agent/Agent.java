package dev.berth.agent;

import dev.berth.agent.engine.EngineClient;
import dev.berth.agent.engine.EngineProxy;
import dev.berth.agent.engine.EpochGate;
import dev.berth.agent.feed.FeedLimits;
import dev.berth.agent.feed.StateFeed;
import dev.berth.agent.host.ControlGroups;
import dev.berth.agent.host.HostFacts;
import dev.berth.agent.image.ImageCalls;
import dev.berth.agent.monitor.Monitor;
import dev.berth.agent.monitor.MonitorCalls;
import dev.berth.agent.monitor.Sampler;
import dev.berth.agent.network.Guard;
import dev.berth.common.http.Connection;
import dev.berth.common.http.HttpServer;
import dev.berth.common.tls.OwnCredentials;
import dev.berth.common.tls.PeerRole;
import dev.berth.common.tls.TlsContexts;
import dev.berth.common.zookeeper.Coordination;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.net.ssl.SSLContext;
import org.apache.curator.framework.CuratorFramework;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running agent. It keeps nothing that the engine, ZooKeeper or its certificate's file does not
 * hold, and outlives the loss of each of them: managers that are connected are served on.
 */
public final class Agent implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

  private static final Path CONTROL_GROUPS = Path.of("/sys/fs/cgroup");

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  private Agent() {}

  /**
   * Starts an agent, which joins the cluster first if it is in none.
   *
   * @throws IllegalStateException with a sentence, when it cannot: what had been started is stopped
   */
  public static Agent start(AgentConfig config) {
    Agent agent = new Agent();
    try {
      agent.begin(config);
      return agent;
    } catch (Exception e) {
      agent.close();
      throw new IllegalStateException("the agent cannot start: " + e.getMessage(), e);
    }
  }

  private void begin(AgentConfig config) throws Exception {
    Membership membership =
        Membership.open(
            config.data(),
            config.join(),
            config.name(),
            join -> config.preflight().look(config.engineSocket(), join));
    OwnCredentials own =
        OwnCredentials.of(Membership.credentialFiles(config.data()), membership.credentials());
    SSLContext tls = TlsContexts.mutual(own);
    ServerSocket socket =
        TlsContexts.listen(tls, config.listen(), TlsContexts.ClientCertificate.REQUIRED);
    parts.push(socket);
    ControlGroups groups = new ControlGroups(CONTROL_GROUPS);
    groups.sweep(config.groups().orElse("/berth"));
    EpochGate gate = new EpochGate();
    EngineClient engine = keep(new EngineClient(config.engineSocket()));
    Path credentials = Membership.credentialFiles(config.data());
    CuratorFramework zookeeper = keep(Coordination.connect(membership.servers(), credentials));
    String address = address(config, membership);
    FirstCall firstCall = keep(new FirstCall(address, socket.getLocalPort()));
    HostFacts facts =
        new HostFacts(
            engine,
            membership.id(),
            config.name(),
            address,
            socket.getLocalPort(),
            config.groups(),
            config.labels());
    Registration registration = keep(new Registration(zookeeper, membership.id(), facts, gate));
    ClusterAddresses addresses = keep(new ClusterAddresses(zookeeper, membership, config.join()));
    Guard guard = keep(new Guard(addresses::now, socket.getLocalPort()));
    ImageCalls images =
        new ImageCalls(
            config.engineSocket(), config.data().resolve("pushes"), tls, gate, Clock.systemUTC());
    StateFeed feed =
        keep(
            StateFeed.start(
                engine,
                FeedLimits.DEFAULT,
                Clock.systemUTC(),
                images.tags()::hidden,
                () -> {
                  images.clearTags();
                  registration.engineIsUp();
                  guard.lookAgain();
                }));
    Sampler sampler =
        new Sampler(
            Path.of("/"), facts::dataRoot, config.monitor(), Clock.systemUTC(), System::nanoTime);
    Monitor monitor = keep(Monitor.start(sampler, feed::containers));
    MonitorCalls monitorCalls = new MonitorCalls(monitor, config.name());
    EngineProxy proxy = new EngineProxy(config.engineSocket(), gate, groups::ensure);
    keep(
        HttpServer.start(
            socket,
            HttpServer.Limits.DEFAULT,
            new AgentDoor(
                connection -> isManager(connection, firstCall),
                proxy,
                gate,
                feed,
                images,
                monitorCalls,
                new CertificateCalls(own))));
    if (config.metrics().isPresent()) {
      keep(
          HttpServer.start(
              listen(config.metrics().get()),
              HttpServer.Limits.DEFAULT,
              new MetricsDoor(monitorCalls)));
    }
    guard.start();
    addresses.follow(guard::lookAgain);
    registration.start();
    firstCall.start();
    LOG.atInfo()
        .addKeyValue("host", membership.id())
        .addKeyValue("listens", socket.getLocalSocketAddress())
        .log("agent is up");
  }

  private ServerSocket listen(InetSocketAddress address) throws IOException {
    ServerSocket socket = new ServerSocket();
    parts.push(socket);
    try {
      socket.bind(address);
    } catch (IOException e) {
      throw new IOException(
          "agent.metrics: cannot listen at %s:%d: %s"
              .formatted(address.getHostString(), address.getPort(), e.getMessage()),
          e);
    }
    return socket;
  }

  /** Where others reach this host: as it was told, or by the way that leads to the cluster. */
  private static String address(AgentConfig config, Membership membership) throws IOException {
    if (!config.advertise().isEmpty()) {
      return config.advertise();
    }
    String servers = membership.servers().replaceFirst("^[a-z]+://", "");
    String first = servers.split("[,/]")[0];
    int colon = first.lastIndexOf(':');
    try (java.net.DatagramSocket probe = new java.net.DatagramSocket()) {
      probe.connect(
          new InetSocketAddress(
              first.substring(0, colon), Integer.parseInt(first.substring(colon + 1))));
      return probe.getLocalAddress().getHostAddress();
    }
  }

  private static boolean isManager(Connection connection, FirstCall firstCall) {
    boolean isManager =
        AgentDoor.peer(connection).filter(peer -> peer.role() == PeerRole.MANAGER).isPresent();
    if (isManager) {
      firstCall.come();
    }
    return isManager;
  }

  private <T extends AutoCloseable> T keep(T part) {
    parts.push(part);
    return part;
  }

  @Override
  public void close() {
    AutoCloseable part;
    while ((part = parts.poll()) != null) {
      try {
        part.close();
      } catch (Exception e) {
        LOG.atWarn().setCause(e).log("a part did not close");
      }
    }
  }
}

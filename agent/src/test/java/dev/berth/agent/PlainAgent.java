package dev.berth.agent;

import dev.berth.agent.engine.EngineClient;
import dev.berth.agent.engine.EngineProxy;
import dev.berth.agent.engine.EpochGate;
import dev.berth.agent.feed.FeedLimits;
import dev.berth.agent.feed.StateFeed;
import dev.berth.agent.image.ImageCalls;
import dev.berth.agent.monitor.Monitor;
import dev.berth.agent.monitor.MonitorCalls;
import dev.berth.agent.monitor.MonitorLimits;
import dev.berth.agent.monitor.Sampler;
import dev.berth.common.http.HttpServer;
import dev.berth.common.tls.Authority;
import dev.berth.common.tls.OwnCredentials;
import dev.berth.common.tls.Peer;
import dev.berth.common.tls.PeerRole;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** An agent's door over plain TCP. */
public final class PlainAgent implements AutoCloseable {
  private final EngineClient engine;
  private final StateFeed feed;
  private final HttpServer server;
  private final Monitor monitor;

  private PlainAgent(Path socket, FeedLimits limits) throws IOException {
    engine = new EngineClient(socket);
    feed = StateFeed.start(engine, limits, InstantSource.system(), images -> images, () -> {});
    Sampler sampler =
        new Sampler(
            Path.of("/"),
            () -> Optional.of(socket.getParent()),
            MonitorLimits.DEFAULT,
            InstantSource.system(),
            System::nanoTime);
    monitor = Monitor.start(sampler, feed::containers);
    EpochGate gate = new EpochGate();
    server =
        HttpServer.start(
            new ServerSocket(0, 50, InetAddress.getLoopbackAddress()),
            HttpServer.Limits.DEFAULT,
            new AgentDoor(
                _ -> true,
                new EngineProxy(socket, gate, _ -> {}),
                gate,
                feed,
                images(socket, gate),
                new MonitorCalls(monitor, "plain"),
                new CertificateCalls(credentials(socket))));
  }

  private static OwnCredentials credentials(Path socket) throws IOException {
    Path files = socket.resolveSibling("plain-credentials");
    try {
      return OwnCredentials.of(
          files,
          Authority.open(files, "test cluster")
              .issueHere(new Peer(PeerRole.AGENT, "plain"), List.of(), Duration.ofDays(1)));
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private static ImageCalls images(Path socket, EpochGate gate) throws IOException {
    try {
      return new ImageCalls(
          socket,
          socket.resolveSibling("pushes"),
          SSLContext.getDefault(),
          gate,
          InstantSource.system());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  public static PlainAgent start(Path socket) throws IOException {
    return new PlainAgent(socket, FeedLimits.DEFAULT);
  }

  public static PlainAgent start(Path socket, FeedLimits limits) throws IOException {
    return new PlainAgent(socket, limits);
  }

  public ManagerSide manager() {
    return new ManagerSide(server.address());
  }

  /** How many feeds are being read. */
  public int readers() {
    return feed.readers();
  }

  @Override
  public void close() throws IOException {
    server.close();
    monitor.close();
    feed.close();
    engine.close();
  }
}

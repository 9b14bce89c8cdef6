package dev.berth.agent;

import dev.berth.agent.engine.EngineClient;
import dev.berth.agent.engine.EngineProxy;
import dev.berth.agent.engine.EpochGate;
import dev.berth.agent.feed.FeedLimits;
import dev.berth.agent.feed.StateFeed;
import dev.berth.agent.image.ImageCalls;
import dev.berth.common.http.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import javax.net.ssl.SSLContext;

/** An agent's door over plain TCP. */
public final class PlainAgent implements AutoCloseable {
  private final EngineClient engine;
  private final StateFeed feed;
  private final HttpServer server;

  private PlainAgent(Path socket, FeedLimits limits) throws IOException {
    engine = new EngineClient(socket);
    feed = StateFeed.start(engine, limits, InstantSource.system(), images -> images, () -> {});
    EpochGate gate = new EpochGate();
    server =
        HttpServer.start(
            new ServerSocket(0, 50, InetAddress.getLoopbackAddress()),
            HttpServer.Limits.DEFAULT,
            new AgentDoor(
                _ -> true, new EngineProxy(socket, gate), gate, feed, images(socket, gate)));
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
    feed.close();
    engine.close();
  }
}

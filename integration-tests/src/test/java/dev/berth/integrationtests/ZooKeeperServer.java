package dev.berth.integrationtests;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;

/** A real ZooKeeper in a process of its own, without TLS, on a port of loopback. */
final class ZooKeeperServer implements AutoCloseable {
  private final int port;
  private final Path data;
  private Process process;

  private ZooKeeperServer(int port, Path data) {
    this.port = port;
    this.data = data;
  }

  static ZooKeeperServer start(Path data) throws IOException {
    ZooKeeperServer server;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      server = new ZooKeeperServer(free.getLocalPort(), data);
    }
    server.start();
    return server;
  }

  /** Starts it again on the data that it had. */
  void start() {
    process =
        Command.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Dzookeeper.admin.enableServer=false",
                "org.apache.zookeeper.server.ZooKeeperServerMain",
                Integer.toString(port),
                data.toString())
            .startSilently();
    Eventually.get(this::answers, yes -> yes);
  }

  private boolean answers() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** As managers and agents are told it. */
  String address() {
    return "zookeeper://127.0.0.1:" + port;
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}

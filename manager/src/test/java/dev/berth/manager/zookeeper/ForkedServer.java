package dev.berth.manager.zookeeper;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The main class of a JVM that a test kills. Writes its port to a file when its server is up. */
final class ForkedServer {
  private ForkedServer() {}

  static void main(String[] paths) throws Exception {
    EmbeddedZooKeeper server =
        EmbeddedZooKeeper.start(
            Path.of(paths[0]),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            Path.of(paths[1]));
    Path port = Path.of(paths[2]);
    Path fresh = port.resolveSibling("fresh");
    Files.writeString(fresh, Integer.toString(server.port()));
    Files.move(fresh, port, StandardCopyOption.ATOMIC_MOVE);
    // It ends with its parent, whose end of the pipe closes.
    if (System.in.read() < 0) {
      server.close();
    }
  }
}

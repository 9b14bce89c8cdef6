package dev.berth.agent.doctor;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * That a part of the cluster is reached from here.
 *
 * @param whose who is expected to listen there
 */
record PortCheck(String whose, InetSocketAddress address) implements Check {
  private static final int BOUND_MILLIS = 3_000;

  @Override
  public Finding look() {
    String where = address.getHostString() + ":" + address.getPort();
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(address.getHostString(), address.getPort()), BOUND_MILLIS);
      return Finding.ok("reach-" + whose, "the %s at %s is reached".formatted(whose, where));
    } catch (IOException | IllegalArgumentException e) {
      return Finding.failure(
          "reach-" + whose,
          "the %s at %s is not reached: %s".formatted(whose, where, e.getMessage()),
          "Start it, or open the port in the firewalls between here and there.");
    }
  }
}

package dev.berth.agent.doctor;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * Whom a host has to reach. Addresses need not be looked up yet.
 *
 * @param manager that let it in, or is to
 * @param agents of other hosts
 * @param tls by which the manager is known; empty for a machine that is in no cluster
 */
public record Neighbourhood(
    Optional<InetSocketAddress> manager,
    List<InetSocketAddress> zookeepers,
    List<InetSocketAddress> agents,
    Optional<SSLContext> tls) {
  public static final Neighbourhood NONE =
      new Neighbourhood(Optional.empty(), List.of(), List.of(), Optional.empty());

  public Neighbourhood {
    zookeepers = List.copyOf(zookeepers);
    agents = List.copyOf(agents);
  }
}

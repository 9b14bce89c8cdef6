package dev.berth.manager.ingress;

import dev.berth.common.id.ContainerId;
import dev.berth.common.id.TenantId;
import dev.berth.manager.view.Container;
import dev.berth.manager.view.PublishedPort;
import dev.berth.manager.view.View;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on the ports that containers publish, and forwards to their hosts. A port that several
 * containers publish, each on its host, is the oldest one's for as long as that exists, whether it
 * runs or not: nobody comes by another's clients while that restarts. Safe for any thread.
 */
public final class Ingress implements View.Listener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Ingress.class);
  private static final int MAX_CONNECTIONS = 4_096;
  private static final int MAX_UDP_CLIENTS = 1_024;

  // A tenant that takes all it can leaves most to the others.
  private static final int MAX_CONNECTIONS_OF_TENANT = MAX_CONNECTIONS / 4;
  private static final int MAX_UDP_CLIENTS_OF_TENANT = MAX_UDP_CLIENTS / 4;

  private static final Comparator<Claim> OLDEST_FIRST =
      Comparator.comparing(Claim::created).thenComparing(claim -> claim.id().value());

  /** A container with ports. */
  private record Claim(
      ContainerId id,
      TenantId tenant,
      Instant created,
      boolean isRunning,
      String hostAddress,
      Set<PublishedPort> ports) {}

  private record Opened(OpenPort port, ContainerId container, String hostAddress) {}

  private final IngressConfig config;
  private final List<InetAddress> addresses;
  private final Semaphore connections = new Semaphore(MAX_CONNECTIONS);
  private final Semaphore udpClients = new Semaphore(MAX_UDP_CLIENTS);

  // One for each tenant that ever published something: no more than there are.
  private final Map<TenantId, Semaphore> connectionsOf = new ConcurrentHashMap<>();
  private final Map<TenantId, Semaphore> udpClientsOf = new ConcurrentHashMap<>();

  // Guarded by this.
  private final Map<ContainerId, Claim> claims = new HashMap<>();
  private final Map<PublishedPort, TreeSet<Claim>> claimants = new HashMap<>();
  private final Map<PublishedPort, Opened> open = new HashMap<>();
  private boolean closed;

  /**
   * Opens nothing yet.
   *
   * @param addresses of this machine, on which ports are offered
   */
  public Ingress(IngressConfig config, List<InetAddress> addresses) {
    this.config = config;
    this.addresses = List.copyOf(addresses);
  }

  @Override
  public synchronized void containerPut(Container container, String hostAddress) {
    Claim before = claims.get(container.id());
    if (closed || (before == null && container.published().isEmpty())) {
      return;
    }
    Claim now =
        new Claim(
            container.id(),
            container.tenant(),
            container.created(),
            container.isRunning(),
            hostAddress,
            container.published());
    if (now.equals(before)) {
      return;
    }
    withdraw(before);
    claims.put(now.id(), now);
    for (PublishedPort port : now.ports()) {
      claimants.computeIfAbsent(port, _ -> new TreeSet<>(OLDEST_FIRST)).add(now);
    }
    if (before != null) {
      before.ports().forEach(this::follow);
    }
    now.ports().forEach(this::follow);
  }

  @Override
  public synchronized void containerRemoved(ContainerId container) {
    Claim claim = claims.get(container);
    if (claim != null && !closed) {
      withdraw(claim);
      claim.ports().forEach(this::follow);
    }
  }

  private void withdraw(Claim claim) {
    if (claim == null) {
      return;
    }
    claims.remove(claim.id());
    for (PublishedPort port : claim.ports()) {
      claimants.computeIfPresent(
          port,
          (_, all) -> {
            all.remove(claim);
            return all.isEmpty() ? null : all;
          });
    }
  }

  /** Makes what is open follow who claims it. */
  private void follow(PublishedPort port) {
    Optional<Claim> wanted =
        Optional.ofNullable(claimants.get(port))
            .map(TreeSet::first)
            .filter(claim -> claim.isRunning() && config.allows(port.number()))
            .filter(claim -> !isHere(claim.hostAddress()));
    Opened now = open.get(port);
    boolean isAsWanted =
        now != null
            && wanted
                .filter(claim -> claim.id().equals(now.container()))
                .filter(claim -> claim.hostAddress().equals(now.hostAddress()))
                .isPresent();
    if (isAsWanted) {
      return;
    }
    if (now != null) {
      open.remove(port);
      now.port().close();
    }
    wanted.ifPresent(claim -> open(port, claim));
  }

  private void open(PublishedPort port, Claim claim) {
    InetSocketAddress target = new InetSocketAddress(claim.hostAddress(), port.number());
    try {
      OpenPort opened =
          switch (port.protocol()) {
            case "tcp" ->
                TcpPort.open(addresses, port.number(), target, connections(claim.tenant()));
            case "udp" ->
                UdpPort.open(addresses, port.number(), target, udpClients(claim.tenant()));
            default -> throw new IOException("only tcp and udp are forwarded");
          };
      open.put(port, new Opened(opened, claim.id(), claim.hostAddress()));
    } catch (IOException e) {
      LOG.atWarn()
          .addKeyValue("port", port)
          .addKeyValue("container", claim.id())
          .addKeyValue("reason", e.getMessage())
          .log("a published port is not offered here");
    }
  }

  private Room connections(TenantId tenant) {
    return new Room(
        connections,
        connectionsOf.computeIfAbsent(tenant, _ -> new Semaphore(MAX_CONNECTIONS_OF_TENANT)));
  }

  private Room udpClients(TenantId tenant) {
    return new Room(
        udpClients,
        udpClientsOf.computeIfAbsent(tenant, _ -> new Semaphore(MAX_UDP_CLIENTS_OF_TENANT)));
  }

  /** A host of this very machine: its engine listens on the port itself. */
  private static boolean isHere(String hostAddress) {
    try {
      return NetworkInterface.getByInetAddress(InetAddress.getByName(hostAddress)) != null;
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether a port that nobody claims could be offered: nothing on this machine listens there. */
  public boolean isFree(PublishedPort port) {
    return config.allows(port.number()) && isUnbound(port);
  }

  private boolean isUnbound(PublishedPort port) {
    List<AutoCloseable> bound = new ArrayList<>();
    try {
      for (InetAddress address : addresses) {
        bound.add(bind(address, port));
      }
      return true;
    } catch (IOException e) {
      return false;
    } finally {
      bound.forEach(Ingress::close);
    }
  }

  private static AutoCloseable bind(InetAddress address, PublishedPort port) throws IOException {
    return switch (port.protocol()) {
      case "udp" -> new DatagramSocket(port.number(), address);
      default -> TcpPort.bind(address, port.number());
    };
  }

  private static void close(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      // It was bound for a moment only.
    }
  }

  /**
   * Sentences about the ports of a container that does not run yet and which will not be found at
   * this manager's address.
   */
  public synchronized List<String> warnings(ContainerId container) {
    Claim claim = claims.get(container);
    if (claim == null || config.ports().isEmpty() || isHere(claim.hostAddress())) {
      return List.of();
    }
    return claim.ports().stream()
        .sorted(Comparator.comparing(PublishedPort::toString))
        .flatMap(port -> reason(port, claim).stream().map(why -> sentence(port, why, claim)))
        .toList();
  }

  private static String sentence(PublishedPort port, String why, Claim claim) {
    return "Published port %s is not offered at this endpoint, %s; reach it at %s:%d"
        .formatted(port, why, claim.hostAddress(), port.number());
  }

  private Optional<String> reason(PublishedPort port, Claim claim) {
    if (!Set.of("tcp", "udp").contains(port.protocol())) {
      return Optional.of("which forwards tcp and udp only");
    }
    if (!config.allows(port.number())) {
      return Optional.of("whose operator keeps that port");
    }
    if (!claimants.get(port).first().id().equals(claim.id())) {
      return Optional.of("where another container has it");
    }
    return isUnbound(port) ? Optional.empty() : Optional.of("where something else listens on it");
  }

  @Override
  public synchronized void close() {
    closed = true;
    open.values().forEach(opened -> opened.port().close());
    open.clear();
  }
}

package dev.berth.manager;

import dev.berth.manager.audit.AuditConfig;
import dev.berth.manager.cluster.AddressPool;
import dev.berth.manager.ingress.IngressConfig;
import dev.berth.manager.limit.LimitConfig;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * All that a manager needs to start.
 *
 * @param data a directory for keys, certificates, the bootstrap's operator token ({@code
 *     admin-token}) and the embedded ZooKeeper's files; made when it is missing
 * @param listen where clients reach it; at least one
 * @param cluster where agents and other managers reach it, over mutual TLS; port 0 lets the kernel
 *     choose
 * @param zookeeper where the cluster's state is
 * @param advertise the host name or address that goes into join tokens, into the endpoints of
 *     listeners on all addresses, and into the manager's certificate
 * @param registries those at the hosts' own addresses that tenants may use all the same
 * @param idleTimeout how long a connection without a request is kept open
 * @param networkPool the addresses of networks that name none, on every host
 * @param ingress which published ports are offered at the addresses of {@code listen}
 * @param audit how the audit log is kept
 * @param limits what a tenant may ask for at once
 * @param identity who may call
 * @param placement how containers are placed and what they get
 * @param certificates how long a certificate of this cluster's parts is good
 * @param dashboard whether the page for people is served at the addresses of {@code listen}
 */
public record ManagerConfig(
    Path data,
    List<Listen> listen,
    InetSocketAddress cluster,
    ZooKeeperConfig zookeeper,
    String advertise,
    List<String> registries,
    Duration idleTimeout,
    AddressPool networkPool,
    IngressConfig ingress,
    AuditConfig audit,
    LimitConfig limits,
    IdentityConfig identity,
    PlacementConfig placement,
    boolean dashboard,
    Duration certificates) {
  private static final Duration SHORTEST_CERTIFICATE = Duration.ofSeconds(30);

  public ManagerConfig {
    listen = List.copyOf(listen);
    registries = List.copyOf(registries);
    if (certificates.compareTo(SHORTEST_CERTIFICATE) < 0) {
      throw new IllegalArgumentException(
          "certificates.lifetime is %d s: use 30s or more".formatted(certificates.toSeconds()));
    }
    if (listen.isEmpty()) {
      throw new IllegalArgumentException(
          "a manager needs at least one address to listen on: use tcp://127.0.0.1:2375");
    }
  }
}

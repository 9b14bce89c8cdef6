package dev.berth.manager;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What others call this manager.
 *
 * @param machine its machine's own name; empty when that does not resolve
 */
record OwnAddresses(ManagerConfig config, Optional<String> machine) {
  private static final Logger LOG = LoggerFactory.getLogger(OwnAddresses.class);

  /** The names and addresses under which clients may know it, for its certificate. */
  List<String> names() {
    Set<String> names = new LinkedHashSet<>(List.of("localhost", "127.0.0.1", "::1"));
    names.add(config.cluster().getAddress().getHostAddress());
    if (!config.advertise().isEmpty()) {
      names.add(config.advertise());
    }
    for (Listen listen : config.listen()) {
      names.add(listen.host());
    }
    machine.ifPresentOrElse(names::add, this::warn);
    names.removeIf(OwnAddresses::isAny);
    return List.copyOf(names);
  }

  /** A manager that nobody calls by that name over TLS does without it. */
  private void warn() {
    if (config.listen().stream().allMatch(listen -> listen.scheme() == Listen.Scheme.TCP)) {
      return;
    }
    LOG.atWarn()
        .addKeyValue("advertised", config.advertise())
        .log(
            "this machine's own name does not resolve and is not in the manager's certificate: set"
                + " manager.advertise to what clients call it");
  }

  /** The addresses at which clients think that Docker is; all of them include each other one. */
  List<InetAddress> listened() throws IOException {
    Set<InetAddress> addresses = new LinkedHashSet<>();
    for (Listen listen : config.listen()) {
      InetAddress address = resolve(listen);
      if (address.isAnyLocalAddress()) {
        return List.of(address);
      }
      addresses.add(address);
    }
    return List.copyOf(addresses);
  }

  private static InetAddress resolve(Listen listen) throws IOException {
    try {
      return InetAddress.getByName(listen.host());
    } catch (UnknownHostException e) {
      throw new IOException(
          "cannot listen on %s: its host name is not known; choose another with manager.listen"
              .formatted(listen),
          e);
    }
  }

  /** All addresses are no address to connect to: others use the name that is advertised. */
  String reachable(InetSocketAddress address) {
    return address.getAddress().isAnyLocalAddress() && !config.advertise().isEmpty()
        ? config.advertise()
        : address.getAddress().getHostAddress();
  }

  /** The same of a listener for clients. */
  String shown(Listen listen) {
    return isAny(listen.host()) && !config.advertise().isEmpty()
        ? config.advertise()
        : listen.host();
  }

  private static boolean isAny(String host) {
    return host.equals("0.0.0.0") || host.equals("::");
  }

  /** Host and port as they stand in a URI. */
  static String text(String host, int port) {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}

package dev.berth.manager;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What others call this manager, by its configuration. */
record OwnAddresses(ManagerConfig config) {

  /** The names and addresses under which clients may know it, for its certificate. */
  List<String> names() throws IOException {
    Set<String> names = new LinkedHashSet<>(List.of("localhost", "127.0.0.1", "::1"));
    names.add(config.cluster().getAddress().getHostAddress());
    if (!config.advertise().isEmpty()) {
      names.add(config.advertise());
    }
    for (Listen listen : config.listen()) {
      names.add(listen.host());
    }
    names.add(InetAddress.getLocalHost().getHostName());
    names.removeIf(OwnAddresses::isAny);
    return List.copyOf(names);
  }

  /** The addresses at which clients think that Docker is; all of them include each other one. */
  List<InetAddress> listened() throws IOException {
    Set<InetAddress> addresses = new LinkedHashSet<>();
    for (Listen listen : config.listen()) {
      InetAddress address = InetAddress.getByName(listen.host());
      if (address.isAnyLocalAddress()) {
        return List.of(address);
      }
      addresses.add(address);
    }
    return List.copyOf(addresses);
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

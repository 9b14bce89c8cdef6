package dev.berth.agent.network;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * A port that is the cluster's own.
 *
 * @param host an IPv4 address
 */
public record Address(String host, int port) implements Comparable<Address> {

  /** The addresses that a name has now; none when it is not known. */
  public static List<Address> resolve(String host, int port) {
    List<Address> addresses = new ArrayList<>();
    try {
      for (InetAddress address : InetAddress.getAllByName(host)) {
        if (address instanceof java.net.Inet4Address && !address.isAnyLocalAddress()) {
          addresses.add(new Address(address.getHostAddress(), port));
        }
      }
    } catch (UnknownHostException e) {
      // The agent cannot reach it either.
    }
    return addresses;
  }

  /** Those of a list as ZooKeeper's clients take it: {@code host:port,host:port/chroot}. */
  public static List<Address> servers(String connect) {
    List<Address> addresses = new ArrayList<>();
    for (String server : connect.replaceFirst("/.*", "").split(",")) {
      int colon = server.lastIndexOf(':');
      addresses.addAll(
          resolve(server.substring(0, colon), Integer.parseInt(server.substring(colon + 1))));
    }
    return addresses;
  }

  @Override
  public int compareTo(Address other) {
    int byHost = host.compareTo(other.host);
    return byHost != 0 ? byHost : Integer.compare(port, other.port);
  }
}

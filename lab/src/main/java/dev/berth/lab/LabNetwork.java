package dev.berth.lab;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The lab's network: 10.213.x.0/24, a bridge that every host is plugged into. The bridge has a
 * namespace of its own, the switch, so that no packet filter of the machine (Docker's own sets
 * FORWARD to DROP, and bridged packets pass it) stands between two hosts. The machine is plugged in
 * too, with one link named after x: a name exists once, which is what makes x this lab's.
 *
 * @param subnet x
 */
record LabNetwork(Namespaces bridgeSpace, int subnet) {

  static final int MAX_HOSTS = 200;

  private static final int LAST_SUBNET = 254;
  private static final int FIRST_HOST_ADDRESS = 10;

  static LabNetwork create(String labId, Map<String, String> environment) {
    Namespaces space = Namespaces.startSwitch(environment);
    try {
      space.ip("link set lo up", "link add bridge type bridge", "link set bridge up");
      int subnet = claim(space);
      LabNetwork network = new LabNetwork(space, subnet);
      Command.run(
          List.of("ip", "-batch", "-"),
          """
          link set %1$s alias berth-lab-%2$s
          addr add %3$s/24 dev %1$s
          link set %1$s up
          """
              .formatted(network.machineLink(), labId, network.gateway().getHostAddress()));
      space.ip("link set machine master bridge", "link set machine up");
      return network;
    } catch (RuntimeException e) {
      // The switch's end goes with its namespace, and takes the machine's end along.
      space.holder().kill();
      throw e;
    }
  }

  private static int claim(Namespaces space) {
    Set<Integer> taken = takenSubnets();
    for (int subnet = 1; subnet <= LAST_SUBNET; subnet++) {
      if (taken.contains(subnet)) {
        continue;
      }
      CommandResult added =
          Command.tryRun(
              List.of(
                  "ip",
                  "link",
                  "add",
                  "berth" + subnet,
                  "type",
                  "veth",
                  "peer",
                  "name",
                  "machine",
                  "netns",
                  Long.toString(space.holder().pid())));
      if (added.exitCode() == 0) {
        return subnet;
      }
      if (!added.output().contains("File exists")) {
        throw new LabException(
            "cannot plug the machine into the lab's bridge: " + added.output().strip());
      }
    }
    throw new LabException(
        "every network from 10.213.1.0/24 to 10.213.254.0/24 is in use on this machine: take a lab down");
  }

  private static Set<Integer> takenSubnets() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .map(InetAddress::getAddress)
          .filter(bytes -> bytes.length == 4 && bytes[0] == 10 && bytes[1] == (byte) 213)
          .map(bytes -> bytes[2] & 0xff)
          .collect(Collectors.toSet());
    } catch (SocketException e) {
      throw new LabException("cannot list this machine's addresses: " + e.getMessage(), e);
    }
  }

  InetAddress gateway() {
    return address(1);
  }

  InetAddress hostAddress(int host) {
    return address(FIRST_HOST_ADDRESS + host);
  }

  /**
   * Plugs a host in; its hardware address stays the same over a power cut, as a real card's would.
   */
  void plug(int host, Namespaces space) {
    if (!bridgeSpace.areAlive()) {
      throw new LabException(
          "the lab's network is gone, as after a boot of the machine: take the lab down and make it anew");
    }
    unplug(host);
    bridgeSpace.ip(
        "link add %s type veth peer name eth0 address %s netns %d"
            .formatted(
                port(host), "02:d5:00:00:%02x:%02x".formatted(subnet, host), space.holder().pid()),
        "link set %s master bridge".formatted(port(host)),
        "link set %s up".formatted(port(host)));
    space.ip(
        "link set lo up",
        "addr add %s/24 dev eth0".formatted(hostAddress(host).getHostAddress()),
        "link set eth0 up",
        "route add default via %s".formatted(gateway().getHostAddress()));
  }

  /**
   * Removes the host's port at once; the kernel would too, a while after the host's last process is
   * gone.
   */
  void unplug(int host) {
    CommandResult removed = Command.tryRun(words("ip", "link", "del", port(host)));
    if (removed.exitCode() != 0 && !removed.output().contains("Cannot find device")) {
      throw new LabException(
          "cannot unplug host %d from the lab's bridge: %s"
              .formatted(host, removed.output().strip()));
    }
  }

  void cut(int host) {
    bridgeSpace.ip("link set %s down".formatted(port(host)));
  }

  void heal(int host, Namespaces space) {
    bridgeSpace.ip("link set %s up".formatted(port(host)));
    space.ip("route replace default via %s".formatted(gateway().getHostAddress()));
  }

  /**
   * Removes the machine's link of a lab whose switch is gone; the kernel would too, but only after
   * a while.
   */
  static void remove(String labId) {
    for (String line : Command.run(List.of("ip", "-o", "link", "show")).lines().toList()) {
      if (line.contains("alias berth-lab-" + labId)) {
        String link = line.split("[ :@]+")[1];
        Command.tryRun(List.of("ip", "link", "del", link));
      }
    }
  }

  String machineLink() {
    return "berth" + subnet;
  }

  private List<String> words(String... command) {
    List<String> words = bridgeSpace.enter();
    words.addAll(List.of(command));
    return words;
  }

  private static String port(int host) {
    return "h" + host;
  }

  private InetAddress address(int last) {
    try {
      return Inet4Address.getByAddress(new byte[] {10, (byte) 213, (byte) subnet, (byte) last});
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }
}

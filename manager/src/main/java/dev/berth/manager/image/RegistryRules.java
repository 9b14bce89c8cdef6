package dev.berth.manager.image;

import dev.berth.manager.view.ImageName;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Which registries a tenant may send an engine to. An engine reaches what a tenant must not: its
 * own machine, and addresses of the link that hand out secrets. So these are refused unless they
 * are in the list. Safe for any thread.
 */
public final class RegistryRules {
  private final List<String> allowed;

  /**
   * Rules with exceptions.
   *
   * @param allowed registries, as {@code HOST} or {@code HOST:PORT}, that are never refused
   */
  public RegistryRules(List<String> allowed) {
    this.allowed = List.copyOf(allowed);
  }

  /** Refuses a name whose registry must not be asked. */
  void require(ImageName name) throws ImageException {
    require(name.domain());
  }

  /**
   * Refuses a registry that must not be asked.
   *
   * @param registry host and perhaps port
   */
  void require(String registry) throws ImageException {
    String host = host(registry);
    if (allowed.contains(registry) || allowed.contains(host)) {
      return;
    }
    InetAddress[] addresses;
    try {
      addresses = InetAddress.getAllByName(host);
    } catch (UnknownHostException e) {
      // The engine will not find it either, and says so.
      return;
    }
    for (InetAddress address : addresses) {
      if (address.isLoopbackAddress()
          || address.isLinkLocalAddress()
          || address.isAnyLocalAddress()
          || address.isMulticastAddress()) {
        throw new ImageException(
            403,
            ("the registry %s is at an address of the hosts themselves (loopback or link-local),"
                    + " where a tenant has no business; the operator can allow it with the setting"
                    + " registry.allow")
                .formatted(registry));
      }
    }
  }

  private static String host(String registry) {
    if (registry.startsWith("[")) {
      int end = registry.indexOf(']');
      return end < 0 ? registry : registry.substring(1, end);
    }
    int colon = registry.lastIndexOf(':');
    return colon < 0 ? registry : registry.substring(0, colon);
  }
}

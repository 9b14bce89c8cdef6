package dev.berth.manager.view;

/** Where a port that was published on all addresses of a host is to be found. */
public final class PublishedAddress {
  private PublishedAddress() {}

  /** Whether an engine says by that address that the port is published on all. */
  public static boolean isAll(String address) {
    return address.isEmpty() || address.equals("0.0.0.0") || address.equals("::");
  }

  /** The address to show: the host's for all of its addresses, as classic Swarm did. */
  public static String shown(String published, String host) {
    return isAll(published) ? host : published;
  }
}

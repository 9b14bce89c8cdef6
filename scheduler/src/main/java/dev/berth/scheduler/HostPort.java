package dev.berth.scheduler;

import java.net.InetAddress;
import java.util.Comparator;
import java.util.Locale;

/**
 * A port of a host that a container publishes, as {@code 0.0.0.0:80/tcp}.
 *
 * @param address one of the host's addresses in canonical form, or {@link #ANY_ADDRESS}
 * @param port from 1 to 65535: a port that the engine shall choose is not reserved
 */
public record HostPort(String address, int port, Protocol protocol)
    implements Comparable<HostPort> {
  /** Also what an empty {@code HostIp} and {@code ::} mean. */
  public static final String ANY_ADDRESS = "0.0.0.0";

  /** Each has ports of its own: 53/tcp and 53/udp do not clash. */
  public enum Protocol {
    TCP,
    UDP,
    SCTP;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final int MAX_PORT = 65535;
  private static final int PROTOCOL_BITS = 2;
  private static final Comparator<HostPort> ORDER =
      Comparator.comparingInt(HostPort::port)
          .thenComparing(HostPort::protocol)
          .thenComparing(HostPort::address);

  /**
   * @throws IllegalArgumentException when the address is not a literal one, or there is no such
   *     port
   */
  public HostPort {
    if (port < 1 || port > MAX_PORT) {
      throw new IllegalArgumentException(
          "invalid host port %d: use 1 to %d".formatted(port, MAX_PORT));
    }
    address = canonical(address);
  }

  private static String canonical(String address) {
    if (address.isEmpty() || address.equals(ANY_ADDRESS)) {
      return ANY_ADDRESS;
    }
    InetAddress literal = InetAddress.ofLiteral(address);
    // Java also reads 10.0.0 and 10.1, which the engine does not.
    if (address.indexOf(':') < 0 && !address.equals(literal.getHostAddress())) {
      throw new IllegalArgumentException("invalid host address \"%s\"".formatted(address));
    }
    return literal.isAnyLocalAddress() ? ANY_ADDRESS : literal.getHostAddress();
  }

  /** Its number and protocol in one, small. */
  int code() {
    int bits =
        switch (protocol) {
          case TCP -> 0;
          case UDP -> 1;
          case SCTP -> 2;
        };
    return (port << PROTOCOL_BITS) | bits;
  }

  /** Whether no engine can publish both: any address clashes with each. */
  public boolean clashesWith(HostPort other) {
    return port == other.port && protocol == other.protocol && sharesAddress(other.address);
  }

  private boolean sharesAddress(String other) {
    return address.equals(other) || address.equals(ANY_ADDRESS) || other.equals(ANY_ADDRESS);
  }

  @Override
  public int compareTo(HostPort other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return address + ":" + port + "/" + protocol;
  }
}

package dev.berth.scheduler;

/**
 * A port that a container publishes on its host.
 *
 * @param address on which of the host's; empty for all
 * @param protocol tcp, udp or sctp: the same number of another protocol is another port
 */
public record Port(String address, int number, String protocol) {
  boolean clashesWith(Port other) {
    return number == other.number
        && protocol.equals(other.protocol)
        && (address.isEmpty() || other.address.isEmpty() || address.equals(other.address));
  }
}

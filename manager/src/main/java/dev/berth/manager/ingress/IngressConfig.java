package dev.berth.manager.ingress;

import dev.berth.manager.cluster.PortRange;
import java.util.List;

/**
 * Which ports are offered.
 *
 * @param ports those that may be; empty for none at all
 * @param open where ports come from that a container leaves open
 */
public record IngressConfig(List<PortRange> ports, PortRange open) {
  public IngressConfig {
    ports = List.copyOf(ports);
  }

  /** Reads {@code none}, or ports and ranges. */
  public static List<PortRange> parse(List<String> texts) {
    return texts.equals(List.of("none"))
        ? List.of()
        : texts.stream().map(PortRange::parse).toList();
  }

  boolean allows(int port) {
    return ports.stream().anyMatch(range -> range.contains(port));
  }
}

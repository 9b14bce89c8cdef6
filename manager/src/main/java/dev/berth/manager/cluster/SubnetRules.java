package dev.berth.manager.cluster;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Which ranges of addresses a tenant may give a network: a network is a route on its host, and must
 * not lead away what the host itself reaches.
 */
final class SubnetRules {
  private static final List<Subnet> PRIVATE =
      List.of(
          Subnet.parse("10.0.0.0/8"),
          Subnet.parse("172.16.0.0/12"),
          Subnet.parse("192.168.0.0/16"),
          Subnet.parse("100.64.0.0/10"),
          Subnet.parse("198.18.0.0/15"),
          Subnet.parse("fc00::/7"));

  private SubnetRules() {}

  /** Why a tenant may not have that range; empty when it may. */
  static Optional<String> refusal(
      Subnet asked, Subnet pool, Collection<String> addressesOfTheFleet) {
    if (PRIVATE.stream().noneMatch(range -> range.contains(asked))) {
      return Optional.of("use private addresses, as 192.168.10.0/24");
    }
    if (asked.overlaps(pool)) {
      return Optional.of("%s is kept for networks that name no addresses".formatted(pool));
    }
    for (String address : addressesOfTheFleet) {
      if (Subnet.address(address).filter(asked::overlaps).isPresent()) {
        return Optional.of("it holds an address of the fleet's own network");
      }
    }
    return Optional.empty();
  }
}

package dev.berth.manager.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.common.id.TenantId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The addresses that networks get which name none: one range for the fleet, cut in pieces of 256,
 * each of which is used once on a host. A tenant's first choice is the same on every host.
 */
public final class AddressPool {
  private static final int PIECE = 24;
  private static final int MIN_PREFIX = 8;

  private final Subnet range;

  private AddressPool(Subnet range) {
    this.range = range;
  }

  /**
   * Parses the range of a pool, as 10.200.0.0/14.
   *
   * @throws IllegalArgumentException when it is no range of IPv4 that holds a piece
   */
  public static AddressPool parse(String text) {
    Subnet range = Subnet.parse(text);
    if (range.bits() != 32 || range.prefix() > PIECE || range.prefix() < MIN_PREFIX) {
      throw new IllegalArgumentException(
          "the pool of network addresses %s must be IPv4, from /%d to /%d"
              .formatted(range, MIN_PREFIX, PIECE));
    }
    return new AddressPool(range);
  }

  Subnet range() {
    return range;
  }

  /** A piece for a tenant that none of these ranges touches; empty when all are taken. */
  Optional<Subnet> free(TenantId tenant, Collection<Subnet> taken) {
    int pieces = range.pieces(PIECE);
    int first = Math.floorMod(tenant.value().hashCode(), pieces);
    for (int i = 0; i < pieces; i++) {
      Subnet piece = range.piece((first + i) % pieces, PIECE);
      if (taken.stream().noneMatch(piece::overlaps)) {
        return Optional.of(piece);
      }
    }
    return Optional.empty();
  }

  /** The ranges of networks as an engine lists them. */
  static List<Subnet> subnets(Collection<JsonNode> networks) {
    List<Subnet> subnets = new ArrayList<>();
    for (JsonNode network : networks) {
      for (JsonNode config : network.path("IPAM").path("Config")) {
        Subnet.find(config.path("Subnet").asText()).ifPresent(subnets::add);
      }
    }
    return subnets;
  }
}

package dev.berth.scheduler;

import dev.berth.common.id.HostId;
import java.util.Set;

/**
 * What a tenant knows of the images on hosts, for affinities to an image, and for ties. Asked in
 * the fleet's thread.
 */
@FunctionalInterface
public interface HostImages {
  /** For a request that asks for no image. */
  HostImages NONE = _ -> Set.of();

  /** The ids and references, as the tenant calls them, of the images on that host. */
  Set<String> on(HostId host);

  /** The hosts that have the image of the request already: one of them is preferred in a tie. */
  default Set<HostId> having() {
    return Set.of();
  }
}

package dev.berth.scheduler;

import dev.berth.common.id.HostId;
import java.util.Set;

/**
 * What a tenant knows of the images on hosts, for affinities to an image. Asked in the fleet's
 * thread, only when a request has such an affinity.
 */
@FunctionalInterface
public interface HostImages {
  /** For a request that asks for no image. */
  HostImages NONE = _ -> Set.of();

  /** The ids and references, as the tenant calls them, of the images on that host. */
  Set<String> on(HostId host);
}

package dev.berth.scheduler;

import dev.berth.common.id.HostId;
import java.util.Set;

/**
 * An image that must already be on the host.
 *
 * @param reference as the user wrote it, for the explanation
 * @param hosts those that have it, by what the tenant may see
 */
public record RequiredImage(String reference, Set<HostId> hosts) {
  public RequiredImage {
    hosts = Set.copyOf(hosts);
  }
}

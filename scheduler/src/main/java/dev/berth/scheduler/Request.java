package dev.berth.scheduler;

import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.common.resource.Resources;
import java.util.Set;

/**
 * A container that wants a place.
 *
 * @param id what its reservation is known by
 * @param resources what it takes; nothing for what has no limit
 * @param ports the fixed ports that it publishes
 * @param boundTo the hosts of what it is joined to; empty for any host
 */
public record Request(RecordId id, Resources resources, Set<Port> ports, Set<HostId> boundTo) {
  public Request {
    ports = Set.copyOf(ports);
    boundTo = Set.copyOf(boundTo);
  }
}

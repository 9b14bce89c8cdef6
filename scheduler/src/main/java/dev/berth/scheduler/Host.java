package dev.berth.scheduler;

import dev.berth.common.id.HostId;
import dev.berth.common.resource.Resources;

/**
 * A host as the scheduler sees it.
 *
 * @param capacity what it has in all
 * @param healthy whether its agent and engine answer
 */
public record Host(HostId id, Resources capacity, boolean healthy) {
  public Host withHealthy(boolean now) {
    return new Host(id, capacity, now);
  }
}

package dev.berth.manager.monitor;

import dev.berth.common.id.HostId;
import dev.berth.common.monitor.Level;
import java.util.Optional;

/**
 * A host at one moment.
 *
 * @param state as operators see it
 * @param memory empty while no fresh sample tells of it
 * @param disk the same
 */
public record HostLook(
    HostId id, String name, String state, Optional<Pressed> memory, Optional<Pressed> disk) {

  /**
   * How full something is.
   *
   * @param share of it that is in use, from 0 to 1
   */
  public record Pressed(Level level, double share) {}
}

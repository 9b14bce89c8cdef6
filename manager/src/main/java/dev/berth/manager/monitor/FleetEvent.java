package dev.berth.manager.monitor;

import dev.berth.common.id.HostId;
import java.time.Instant;

/**
 * Something that happened to a host.
 *
 * @param type {@code host} for its state, {@code pressure} for its memory and disk
 * @param action the state that it has now ({@code joined} for one that was not known before, {@code
 *     removed}), or the level of pressure
 * @param name what people call it
 * @param detail more for people, as {@code memory 91 %}; empty when there is none
 */
public record FleetEvent(
    Instant time, String type, String action, HostId host, String name, String detail) {
  public static final String HOST = "host";
  public static final String PRESSURE = "pressure";
}

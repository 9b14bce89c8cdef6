package dev.berth.common.monitor;

import java.time.Instant;
import java.util.List;

/**
 * A host and its running containers at one moment. Nobody changes the values once it is made.
 *
 * @param at by the host's own clock
 */
public record HostSample(Instant at, Values<HostMetric> host, List<ContainerSample> containers) {
  public HostSample {
    containers = List.copyOf(containers);
  }
}

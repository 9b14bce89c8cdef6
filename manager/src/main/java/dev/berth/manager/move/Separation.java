package dev.berth.manager.move;

import dev.berth.common.id.ContainerName;
import dev.berth.common.id.HostId;
import dev.berth.common.id.Labels;
import dev.berth.common.record.NetworkRecord;
import dev.berth.common.record.VolumeRecord;
import dev.berth.manager.cluster.NetworkTransfers;
import dev.berth.manager.cluster.VolumeService;
import dev.berth.manager.view.Container;
import java.util.stream.Stream;

/**
 * Tells which containers are on their way to another host, with or after what they are joined to:
 * what was written where they still are would be lost. Safe for any thread.
 */
public final class Separation {
  private final NetworkTransfers networks;
  private final VolumeService volumes;
  private final RecordSet departing;

  /**
   * With what tells it.
   *
   * @param departing containers that are just being moved
   */
  Separation(NetworkTransfers networks, VolumeService volumes, RecordSet departing) {
    this.networks = networks;
    this.volumes = volumes;
    this.departing = departing;
  }

  /** Whether it is to be elsewhere in a moment, and is not to be used where it is. */
  public boolean isUnderWay(Container container) {
    // While ZooKeeper is away nothing is handed over.
    return isApart(container) || departing.isSeen(container.record());
  }

  /** Whether a network or volume of its own has gone to another host without it. */
  private boolean isApart(Container container) {
    Stream<String> ofNetworks =
        container.networks().stream()
            .flatMap(name -> networks.find(container.tenant(), name).stream())
            .map(NetworkRecord::host);
    Stream<String> ofVolumes =
        container.volumes().stream()
            .flatMap(name -> volumes.find(container.tenant(), container.ownName(name)).stream())
            .filter(record -> !record.anonymous())
            .map(VolumeRecord::host);
    return Stream.concat(ofNetworks, ofVolumes)
        .map(HostId::new)
        .anyMatch(host -> !host.equals(container.host()));
  }

  /** Whether a container that was moved once would be taken for one that is being moved. */
  public boolean isMisleading(Container container, ContainerName name) {
    return !container.mark(Labels.MOVE).isEmpty() && MoveMark.canBePassing(name.value());
  }
}

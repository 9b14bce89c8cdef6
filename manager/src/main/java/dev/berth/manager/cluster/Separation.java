package dev.berth.manager.cluster;

import dev.berth.common.id.HostId;
import dev.berth.common.record.NetworkRecord;
import dev.berth.common.record.VolumeRecord;
import dev.berth.manager.view.Container;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Tells whether what a container is joined to has gone to another host without it, as it does while
 * a host is drained: what it wrote here now would be lost. Safe for any thread.
 */
public final class Separation {
  private final Claims<NetworkRecord> networks;
  private final Claims<VolumeRecord> volumes;

  public Separation(Claims<NetworkRecord> networks, Claims<VolumeRecord> volumes) {
    this.networks = networks;
    this.volumes = volumes;
  }

  /** Where it is to follow to; empty when it has all with it. */
  public Optional<HostId> of(Container container) {
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
        .filter(host -> !host.equals(container.host()))
        .findFirst();
  }
}

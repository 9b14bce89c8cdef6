package dev.berth.manager.move;

import dev.berth.common.id.HostId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.VolumeRecord;
import dev.berth.manager.cluster.HostLink;
import dev.berth.manager.cluster.Hosts;
import dev.berth.manager.cluster.NoLeaderException;
import dev.berth.manager.cluster.RefusedPlacementException;
import dev.berth.manager.cluster.VolumeService;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a volume that no container has to another host. Until its record names that host the volume
 * is where it was. Safe for any thread, for different volumes.
 */
final class VolumeMover {
  private static final Logger LOG = LoggerFactory.getLogger(VolumeMover.class);

  private final Hosts hosts;
  private final VolumeService volumes;
  private final MoveEnding ending;
  private final Carriers carriers;

  VolumeMover(Hosts hosts, VolumeService volumes, MoveEnding ending, Carriers carriers) {
    this.hosts = hosts;
    this.volumes = volumes;
    this.ending = ending;
    this.carriers = carriers;
  }

  /** Takes it to what it goes with, or to the host that has the fewest. */
  void move(VolumeRecord volume) throws IOException, NoLeaderException, RefusedPlacementException {
    HostId from = new HostId(volume.host());
    HostId to = volumes.newHost(volume);
    HostLink source = hosts.link(from);
    HostLink target = hosts.link(to);
    volumes.prepareCopy(volume, to);
    try {
      try (Carriers.Carrier giver = carriers.open(source, volume);
          Carriers.Carrier taker = carriers.open(target, volume)) {
        VolumeCopy.copy(source, giver.id(), target, taker.id(), Carriers.DIRECTORY);
        volumes.moved(volume, to);
      }
      LOG.atInfo()
          .addKeyValue("tenant", volume.tenant())
          .addKeyValue("volume", volume.name())
          .addKeyValue("from", from)
          .addKeyValue("to", to)
          .log("volume moved");
    } finally {
      boolean isThere =
          volumes
              .find(new TenantId(volume.tenant()), volume.name())
              .filter(now -> now.id().equals(volume.id()) && now.host().equals(to.value()))
              .isPresent();
      ending.removeCopy(volume, isThere ? from : to);
    }
  }
}

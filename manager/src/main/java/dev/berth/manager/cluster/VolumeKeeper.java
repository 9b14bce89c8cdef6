package dev.berth.manager.cluster;

import dev.berth.common.id.Epoch;
import dev.berth.common.id.HostId;
import dev.berth.common.record.VolumeRecord;
import dev.berth.manager.view.Container;
import dev.berth.manager.view.View;
import java.io.IOException;
import java.time.InstantSource;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the records of volumes true: finishes or undoes creates that were cut off, forgets volumes
 * that went with their containers, and records those that engines made.
 */
public final class VolumeKeeper implements Keeper {
  private static final Logger LOG = LoggerFactory.getLogger(VolumeKeeper.class);

  private final Claims<VolumeRecord> claims;
  private final VolumeService volumes;
  private final View view;
  private final InstantSource clock;

  public VolumeKeeper(
      Claims<VolumeRecord> claims, VolumeService volumes, View view, InstantSource clock) {
    this.claims = claims;
    this.volumes = volumes;
    this.view = view;
    this.clock = clock;
  }

  @Override
  public void keep(Epoch term, Predicate<HostId> isFenced) {
    for (VolumeRecord record : claims.all()) {
      if (Keeper.isAbandoned(record, term, clock) && isFenced.test(new HostId(record.host()))) {
        attempt(record.name(), () -> volumes.settleOrUndo(record));
      }
    }
    for (VolumeRecord record : view.volumes().missing()) {
      if (isFenced.test(new HostId(record.host()))) {
        attempt(record.name(), () -> volumes.forgetIfGone(record));
      }
    }
    for (Container container : view.withUnrecordedVolumes()) {
      if (isFenced.test(container.host())) {
        attempt(container.name().value(), () -> volumes.adopt(container, term));
      }
    }
  }

  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  private static void attempt(String name, Step step) {
    try {
      step.run();
    } catch (IOException e) {
      LOG.atDebug().addKeyValue("object", name).setCause(e).log("not reconciled; trying again");
    }
  }
}

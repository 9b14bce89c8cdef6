package dev.berth.manager.cluster;

import dev.berth.common.id.Epoch;
import dev.berth.common.id.HostId;
import dev.berth.common.record.NetworkRecord;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the records of networks true: finishes or undoes creates that were cut off, and forgets
 * networks that their hosts no longer have.
 */
public final class NetworkKeeper implements Keeper {
  private static final Logger LOG = LoggerFactory.getLogger(NetworkKeeper.class);

  private final Claims<NetworkRecord> claims;
  private final EngineNetworks engines;
  private final Supplier<Collection<NetworkRecord>> missing;
  private final InstantSource clock;

  /**
   * A keeper.
   *
   * @param missing the records whose network is not on its host
   */
  public NetworkKeeper(
      Claims<NetworkRecord> claims,
      EngineNetworks engines,
      Supplier<Collection<NetworkRecord>> missing,
      InstantSource clock) {
    this.claims = claims;
    this.engines = engines;
    this.missing = missing;
    this.clock = clock;
  }

  @Override
  public void keep(Epoch term, Predicate<HostId> isFenced) {
    for (NetworkRecord record : claims.all()) {
      if ((Keeper.isAbandoned(record, term, clock) || engines.isGivenUp(record))
          && isFenced.test(new HostId(record.host()))) {
        attempt(record, () -> engines.settleOrUndo(claims, record));
      }
    }
    for (NetworkRecord record : missing.get()) {
      if (isFenced.test(new HostId(record.host()))) {
        attempt(record, () -> engines.forgetIfGone(claims, record));
      }
    }
  }

  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  private static void attempt(NetworkRecord record, Step step) {
    try {
      step.run();
    } catch (IOException e) {
      LOG.atDebug()
          .addKeyValue("tenant", record.tenant())
          .addKeyValue("network", record.name())
          .setCause(e)
          .log("not reconciled; trying again");
    }
  }
}

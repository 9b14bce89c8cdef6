package dev.berth.manager.cluster;

import dev.berth.common.id.Epoch;
import dev.berth.common.id.HostId;
import dev.berth.common.record.Claim;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Predicate;

/** Brings one kind of records and the engines together, in each round of the leader. */
public interface Keeper {
  /** A create is given this long before anyone asks what became of it. */
  Duration GRACE = Duration.ofMinutes(2);

  /**
   * Looks once at everything.
   *
   * @param term the epoch in which this manager leads
   * @param isFenced whether a host has let go of all calls of former leaders and is known as it is
   */
  void keep(Epoch term, Predicate<HostId> isFenced);

  /**
   * Whether nobody is at making this any more: a create of this term is its request's to finish,
   * unless that has had its time.
   */
  static boolean isAbandoned(Claim claim, Epoch term, InstantSource clock) {
    return claim.state() == Claim.State.PENDING
        && (claim.epoch() != term.value() || clock.millis() - claim.created() > GRACE.toMillis());
  }
}

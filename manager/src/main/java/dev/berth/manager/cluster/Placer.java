package dev.berth.manager.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.Epoch;
import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.scheduler.quota.Quantity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Chooses hosts and keeps what is reserved on them: the leader's part of a create. */
public interface Placer {

  /** What takes a place, and is counted as. */
  enum Kind {
    CONTAINER,
    /** A container that takes the place of another, for which no quota is asked. */
    REPLACEMENT,
    BUILD
  }

  /**
   * What is to be placed.
   *
   * @param name what it is called in the end; empty while it has no name
   * @param body the create body as it will go to the engine
   * @param hints what the user said of its place
   * @param boundTo the hosts that it must be on for what it is joined to; empty for any
   * @param replaced the container whose place it takes, which goes when it is there; empty for none
   */
  record Wanted(
      Kind kind,
      RecordId id,
      TenantId tenant,
      String name,
      ObjectNode body,
      PlacementHints hints,
      Set<HostId> boundTo,
      Optional<RecordId> replaced) {

    /** One that takes nothing's place. */
    public Wanted(
        Kind kind,
        RecordId id,
        TenantId tenant,
        String name,
        ObjectNode body,
        PlacementHints hints,
        Set<HostId> boundTo) {
      this(kind, id, tenant, name, body, hints, boundTo, Optional.empty());
    }

    /** The same without what is only wanted of its place. */
    public Wanted required() {
      return new Wanted(kind, id, tenant, name, body, hints.required(), boundTo, replaced);
    }
  }

  /** Where it goes, decided in that epoch; the place is reserved until released. */
  record Place(HostId host, Epoch epoch) {}

  /**
   * A container that has its place.
   *
   * @param body the create body, with a number for each port of the host that it left open
   */
  record Placed(Place place, ObjectNode body) {}

  /**
   * Chooses and reserves.
   *
   * @throws RefusedPlacementException when no host fits, or the tenant would have too much
   * @throws NoLeaderException when nobody can decide now
   */
  Placed place(Wanted wanted) throws RefusedPlacementException, NoLeaderException;

  /**
   * What {@link #place} would do.
   *
   * @throws NoLeaderException when nobody can decide now
   */
  Explanation explain(Wanted wanted) throws NoLeaderException;

  /**
   * The host that could have all of these at once, by the strategy of the first; empty when none
   * can. Nothing is reserved.
   *
   * @param except which is not to be chosen
   * @throws NoLeaderException when nobody can decide now
   */
  Optional<HostId> together(List<Wanted> wanted, HostId except) throws NoLeaderException;

  /**
   * Chooses a host for what takes no room: of those that answer a wished one, or else, pressed ones
   * last, the one with the least load, then the one with the fewest containers. Nothing is
   * reserved.
   *
   * @param tenant whose it is: hosts that it may not use do not count
   * @param wished where it would go together with what is there, the best first
   * @param loads by the hosts' ids; a host that is not there has none
   * @throws RefusedPlacementException when no host answers that the tenant may use
   * @throws NoLeaderException when nobody can decide now
   */
  Place spread(TenantId tenant, List<HostId> wished, Map<String, Integer> loads)
      throws RefusedPlacementException, NoLeaderException;

  /**
   * That host, in the epoch of now: for what comes to a place that is decided already.
   *
   * @throws NoLeaderException when nobody can decide now
   */
  Place at(HostId host) throws NoLeaderException;

  /** Gives back what was reserved; nothing happens when nothing was. */
  void release(RecordId id);

  /**
   * Counts a volume or network that is about to be made; it stays counted while it has a record.
   *
   * @param record the id of its record
   * @throws RefusedPlacementException when the tenant would have too many
   * @throws NoLeaderException when nobody can decide now
   */
  void take(TenantId tenant, Quantity quantity, String record)
      throws RefusedPlacementException, NoLeaderException;

  /** What was counted will not be made; nothing happens when it was not counted. */
  void giveBack(String record);

  /**
   * Reserves what a container is to have by an update.
   *
   * @throws RefusedPlacementException when its host has no room, or the tenant would have too much
   * @throws NoLeaderException when nobody can decide now
   */
  void resize(RecordId id, ObjectNode body) throws RefusedPlacementException, NoLeaderException;

  /** Reserves what a container has after all, whether there is room or not. */
  void updated(RecordId id, ObjectNode body);
}

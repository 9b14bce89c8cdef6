package dev.berth.manager.move;

import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.common.record.NetworkRecord;
import dev.berth.manager.cluster.NetworkTransfers;
import dev.berth.manager.cluster.NetworkTransfers.Addresses;
import dev.berth.manager.cluster.NoLeaderException;
import dev.berth.manager.cluster.Placer;
import dev.berth.manager.view.Container;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a group to another host: all of it is stopped, its networks go, and then its containers one
 * after the other, each with its data. Before the first network or volume has gone a move that
 * fails or is cut off is undone; after it the others follow, whatever becomes of the drain, for
 * they could not work apart. Safe for any thread, for different groups.
 */
final class GroupMover {
  private static final Logger LOG = LoggerFactory.getLogger(GroupMover.class);

  private final Mover mover;
  private final MoveEnding ending;
  private final NetworkTransfers networks;
  private final Placer placer;
  private final RecordSet stopped;
  private final RecordSet following;
  private final RecordSet moved;
  private final Predicate<Group> isWhole;

  /**
   * With what is kept of groups.
   *
   * @param stopped containers that are to run again
   * @param following containers of groups that are being moved
   * @param moved networks of which an earlier host may have something
   * @param isWhole whether nothing of a group has left its host
   */
  GroupMover(
      Mover mover,
      MoveEnding ending,
      NetworkTransfers networks,
      Placer placer,
      RecordSet stopped,
      RecordSet following,
      RecordSet moved,
      Predicate<Group> isWhole) {
    this.mover = mover;
    this.ending = ending;
    this.networks = networks;
    this.placer = placer;
    this.stopped = stopped;
    this.following = following;
    this.moved = moved;
    this.isWhole = isWhole;
  }

  /** Where a group would go, or why its containers stay. */
  private sealed interface Way {
    record To(HostId host) implements Way {}

    /** By the records of the containers, each of the group. */
    record Nowhere(Map<RecordId, String> why) implements Way {}
  }

  /** Why each container of a group would stay; empty when it would go, or is going. */
  Map<RecordId, String> wouldStay(Group group) throws IOException, NoLeaderException {
    for (Container container : group.containers()) {
      if (mover.isGoing(container) || following.contains(container.record())) {
        return Map.of();
      }
    }
    if (group.isAlone()) {
      Container only = group.containers().getFirst();
      return mover.wouldStay(only).map(why -> Map.of(only.record(), why)).orElse(Map.of());
    }
    return switch (way(group)) {
      case Way.To _ -> Map.of();
      case Way.Nowhere(Map<RecordId, String> why) -> why;
    };
  }

  private Way way(Group group) throws IOException, NoLeaderException {
    List<Placer.Wanted> wanted = new ArrayList<>();
    for (Container container : group.containers()) {
      Mover.Readiness readiness = mover.readiness(container);
      switch (readiness) {
        case Mover.Readiness.Bound(String why) -> {
          return nowhere(group, container, why);
        }
        case Mover.Readiness.Free(Placer.Wanted each) -> wanted.add(each);
      }
    }
    Optional<HostId> host =
        group.begun().isEmpty()
            ? placer.together(wanted, group.host())
            : group.begun().stream().findFirst();
    return host.<Way>map(Way.To::new)
        .orElseGet(
            () ->
                new Way.Nowhere(
                    all(
                        group,
                        "no other host can have it together with the %d others that share its networks or volumes"
                            .formatted(group.containers().size() - 1))));
  }

  private static Way nowhere(Group group, Container because, String why) {
    Map<RecordId, String> all =
        new HashMap<>(
            all(
                group,
                "it shares a network or volume with \"%s\", which stays: %s"
                    .formatted(because.name(), why)));
    all.put(because.record(), why);
    return new Way.Nowhere(all);
  }

  private static Map<RecordId, String> all(Group group, String why) {
    Map<RecordId, String> all = new HashMap<>();
    group.containers().forEach(each -> all.put(each.record(), why));
    return all;
  }

  /** Moves it; what stays runs as it did before. */
  Outcome move(Group group) {
    if (group.isAlone()) {
      return mover.move(group.containers().getFirst());
    }
    try {
      return switch (way(group)) {
        case Way.Nowhere(Map<RecordId, String> why) -> {
          if (group.begun().isEmpty()) {
            leave(group);
          }
          yield new Outcome.Stays(why.get(group.containers().getFirst().record()));
        }
        case Way.To(HostId target) -> move(group, target);
      };
    } catch (IOException | NoLeaderException e) {
      return new Outcome.Failed(e.getMessage());
    }
  }

  private Outcome move(Group group, HostId target) throws IOException {
    try {
      for (Container container : group.containers()) {
        following.add(container.record());
      }
      for (Container container : group.containers()) {
        mover.stop(container);
      }
      Addresses addresses = mover.addresses(group.containers());
      for (NetworkRecord network : group.networks()) {
        moved.add(new RecordId(network.id()));
        networks.take(network, target, addresses);
      }
      for (Container container : group.containers()) {
        if (mover.move(container, target) instanceof Outcome.Failed failed) {
          if (isWhole.test(group)) {
            leave(group);
          }
          return failed;
        }
        following.remove(container.record());
      }
      return new Outcome.Moved(target);
    } catch (IOException e) {
      if (isWhole.test(group)) {
        leave(group);
      }
      throw e;
    }
  }

  /** What was stopped for a move that has not begun runs again. */
  void leave(Group group) throws IOException {
    for (Container container : group.containers()) {
      if (stopped.contains(container.record())) {
        ending.startAgain(container);
      }
      following.remove(container.record());
    }
  }

  /** Takes a network that nothing is in to a host. */
  void move(NetworkRecord network, HostId target) throws IOException {
    moved.add(new RecordId(network.id()));
    networks.take(network, target, Addresses.OPEN);
    clear(new RecordId(network.id()));
  }

  /** Removes what earlier hosts have of a network whose containers have all followed. */
  void clear(RecordId network) {
    try {
      networks.clear(network);
      moved.remove(network);
    } catch (IOException e) {
      LOG.atDebug().addKeyValue("network", network).setCause(e).log("trying again");
    }
  }
}

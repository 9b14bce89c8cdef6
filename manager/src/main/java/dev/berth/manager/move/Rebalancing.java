package dev.berth.manager.move;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.ContainerRecord;
import dev.berth.manager.cluster.ContainerRecords;
import dev.berth.manager.cluster.Containers;
import dev.berth.manager.cluster.LeaderPlacer;
import dev.berth.manager.cluster.NoLeaderException;
import dev.berth.manager.cluster.Placer;
import dev.berth.manager.view.Container;
import dev.berth.manager.view.Resolution;
import dev.berth.manager.view.View;
import dev.berth.scheduler.Request;
import dev.berth.scheduler.rebalance.Goal;
import dev.berth.scheduler.rebalance.Limits;
import dev.berth.scheduler.rebalance.Measure;
import dev.berth.scheduler.rebalance.Mobility;
import dev.berth.scheduler.rebalance.Proposal;
import dev.berth.scheduler.rebalance.Rebalancer;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which containers would be better on other hosts, with all that they asked for when they were
 * made, and which cannot move. Nothing is moved. Safe for any thread.
 */
public final class Rebalancing {
  private final LeaderPlacer placer;
  private final ContainerRecords records;
  private final Containers containers;
  private final View view;
  private final Obstacles obstacles;

  public Rebalancing(
      LeaderPlacer placer, ContainerRecords records, Containers containers, View view) {
    this.placer = placer;
    this.records = records;
    this.containers = containers;
    this.view = view;
    this.obstacles = new Obstacles(records, containers, view);
  }

  /**
   * A container that is better elsewhere.
   *
   * @param isRunning it would be stopped and started again
   */
  public record Step(TenantId tenant, String name, HostId from, HostId to, boolean isRunning) {}

  /** A container that would have been tried but cannot move. */
  public record Kept(TenantId tenant, String name, HostId host, String why) {}

  /**
   * What would be better.
   *
   * @param moves in an order in which each is possible once those before it are done
   * @param moreStays how many besides those that are told cannot move
   */
  public record Plan(
      List<Step> moves, List<Kept> stays, int moreStays, Measure before, Measure after) {}

  /**
   * Looks for moves that bring the fleet nearer to a goal.
   *
   * @throws NoLeaderException when this manager does not lead: it does not know what is reserved
   */
  public Plan plan(Goal goal) throws NoLeaderException {
    Map<RecordId, Mobility> known = new HashMap<>();
    Proposal proposal =
        new Rebalancer(goal, Limits.USUAL)
            .propose(
                placer.trial(), held -> known.computeIfAbsent(held.id(), id -> mobility(id, held)));
    return new Plan(
        proposal.moves().stream()
            .flatMap(
                move ->
                    records.find(move.container()).stream()
                        .map(
                            record ->
                                new Step(
                                    new TenantId(record.tenant()),
                                    record.name(),
                                    move.from(),
                                    move.to(),
                                    container(record).filter(Container::isRunning).isPresent())))
            .toList(),
        proposal.stays().stream()
            .flatMap(
                stay ->
                    records.find(stay.container()).stream()
                        .map(
                            record ->
                                new Kept(
                                    new TenantId(record.tenant()),
                                    record.name(),
                                    stay.host(),
                                    stay.why())))
            .toList(),
        proposal.moreStays(),
        proposal.before(),
        proposal.after());
  }

  private Mobility mobility(RecordId id, Request held) {
    try {
      Optional<ContainerRecord> record = records.find(id);
      Optional<ContainerRecord> whole =
          record.isEmpty() ? Optional.empty() : containers.wholeRecord(record.get());
      Optional<Container> container = whole.flatMap(this::container);
      if (container.isEmpty() || !(whole.get().spec() instanceof ObjectNode spec)) {
        return new Mobility.Fixed("it is just being made or removed, or its host does not answer");
      }
      Optional<String> obstacle = obstacles.alone(container.get(), spec);
      if (obstacle.isPresent()) {
        return new Mobility.Fixed(obstacle.get());
      }
      return new Mobility.Movable(
          placer.asked(
              new Placer.Wanted(
                  Placer.Kind.REPLACEMENT,
                  id,
                  held.tenant(),
                  whole.get().name(),
                  spec,
                  Obstacles.hints(spec),
                  Set.of())));
    } catch (IOException e) {
      return new Mobility.Fixed("its record cannot be read: " + e.getMessage());
    }
  }

  private Optional<Container> container(ContainerRecord record) {
    return view.in(new TenantId(record.tenant())).resolve(record.containerId())
            instanceof Resolution.Found(Container container)
        ? Optional.of(container)
        : Optional.empty();
  }
}

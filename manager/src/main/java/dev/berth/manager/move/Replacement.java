package dev.berth.manager.move;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.ContainerName;
import dev.berth.common.id.HostId;
import dev.berth.common.id.Labels;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.ContainerRecord;
import dev.berth.manager.cluster.ConflictingClaimException;
import dev.berth.manager.cluster.Containers;
import dev.berth.manager.cluster.EngineAnswer;
import dev.berth.manager.cluster.NoLeaderException;
import dev.berth.manager.cluster.RefusedPlacementException;
import dev.berth.manager.view.Container;
import java.io.IOException;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Makes containers anew whose hosts do not answer. Safe for any thread. */
final class Replacement {
  /** The oldest that the engines of a fleet speak. */
  private static final String VERSION = "1.41";

  private final Containers containers;
  private final RecordSet replaced;
  private final MoveEnding ending;
  private final MovesUnderWay underWay;

  /**
   * With what is kept of them.
   *
   * @param replaced the containers that are to go when their host is back
   */
  Replacement(
      Containers containers, RecordSet replaced, MoveEnding ending, MovesUnderWay underWay) {
    this.containers = containers;
    this.replaced = replaced;
    this.ending = ending;
    this.underWay = underWay;
  }

  /**
   * Makes a container anew whose host does not answer, from its record alone: without what it has
   * written.
   *
   * @param isStarted whether it is to run
   * @param isWanted whether its host still does not answer: asked again when the other is made
   */
  Outcome replace(ContainerRecord record, boolean isStarted, BooleanSupplier isWanted) {
    RecordId id = new RecordId(record.id());
    if (!underWay.begin(id)) {
      return new Outcome.Failed("it is being moved already");
    }
    MoveMark mark =
        new MoveMark(
            id,
            new HostId(record.host()),
            new ContainerName(record.name()),
            MoveMark.firstImage(record.spec()),
            isStarted,
            true);
    TenantId tenant = new TenantId(record.tenant());
    try {
      ObjectNode body = Containers.wherever(record.spec());
      ObjectNode labels = (ObjectNode) body.path("Labels");
      labels.put(Labels.MOVE, mark.text());
      labels.put(Labels.MOVED_IMAGE, "");
      EngineAnswer answer =
          containers.replace(mark.wanted(tenant, body, mark.image(), VERSION, Set.of()), _ -> {});
      if (!answer.isOk()) {
        throw new IOException(answer.message());
      }
      Container made = ending.made(tenant, answer);
      if (!isWanted.getAsBoolean()) {
        ending.recover(made);
        return new Outcome.Failed("its host answers again");
      }
      replaced.add(id);
      containers.forget(record);
      ending.finish(made, mark);
      return new Outcome.Moved(made.host());
    } catch (IOException
        | NoLeaderException
        | RefusedPlacementException
        | ConflictingClaimException
        | Containers.ConflictException e) {
      return new Outcome.Failed(e.getMessage());
    } finally {
      underWay.end(id);
    }
  }
}

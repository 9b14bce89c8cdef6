package dev.berth.manager.move;

import dev.berth.common.id.HostId;
import dev.berth.common.id.Labels;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.ContainerRecord;
import dev.berth.common.record.VolumeRecord;
import dev.berth.manager.cluster.ContainerRecords;
import dev.berth.manager.cluster.Containers;
import dev.berth.manager.cluster.EngineAnswer;
import dev.berth.manager.cluster.Hosts;
import dev.berth.manager.cluster.VolumeService;
import dev.berth.manager.view.Container;
import dev.berth.manager.view.Resolution;
import dev.berth.manager.view.View;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a move to its one end or the other, also one that was cut off: it is finished when it had
 * come so far that the old container was to go, and is gone; and else undone, also when its tenant
 * removed the old one. Safe for any thread, for different containers.
 */
final class MoveEnding {
  private static final Logger LOG = LoggerFactory.getLogger(MoveEnding.class);
  private static final Duration ANSWER = Duration.ofSeconds(60);
  private static final int NOT_FOUND = 404;

  // States of what an engine has begun to remove (Engine API v1.41, ContainerInspect).
  private static final String DEAD = "dead";
  private static final String REMOVING = "removing";

  private final Hosts hosts;
  private final ContainerRecords records;
  private final View view;
  private final Containers containers;
  private final VolumeService volumes;
  private final Obstacles obstacles;
  private final RecordSet stopped;
  private final RecordSet handed;
  private final RecordSet replaced;

  /**
   * With what is kept of moves.
   *
   * @param handed containers whose place another is just taking for good
   * @param replaced the containers that are to go when their host is back
   */
  MoveEnding(
      Hosts hosts,
      ContainerRecords records,
      View view,
      Containers containers,
      VolumeService volumes,
      Obstacles obstacles,
      RecordSet stopped,
      RecordSet handed,
      RecordSet replaced) {
    this.hosts = hosts;
    this.records = records;
    this.view = view;
    this.containers = containers;
    this.volumes = volumes;
    this.obstacles = obstacles;
    this.stopped = stopped;
    this.handed = handed;
    this.replaced = replaced;
  }

  Optional<Container> find(TenantId tenant, String name) {
    return view.in(tenant).resolve(name) instanceof Resolution.Found(Container container)
        ? Optional.of(container)
        : Optional.empty();
  }

  /** The container that an engine has just made. */
  Container made(TenantId tenant, EngineAnswer answer) throws IOException {
    return find(tenant, answer.json().path("Id").asText())
        .orElseThrow(() -> new IOException("the container that was made is not known"));
  }

  /** The name comes last: while it is the passing one, there is something to do. */
  void finish(Container made, MoveMark mark) throws IOException {
    if (mark.isStarted() && !made.wasStarted()) {
      EngineAnswer answer =
          hosts.link(made.host()).call("POST", "/containers/" + made.id() + "/start", ANSWER);
      containers.refresh(made);
      if (answer.status() >= 400) {
        LOG.atWarn()
            .addKeyValue("tenant", made.tenant())
            .addKeyValue("container", mark.name())
            .addKeyValue("reason", answer.message())
            .log("a container was moved but does not start");
      }
    }
    try {
      containers.rename(made, mark.name());
    } catch (Containers.ConflictException e) {
      throw new IOException(e.getMessage(), e);
    }
    handed.remove(mark.of());
  }

  /** From now on the old container is to go, and when it is gone the other is it. */
  void handOver(Container old) throws IOException {
    handed.add(old.record());
  }

  /**
   * Whether its engine could remove the old container only in part, so that it is of no use any
   * more; not when it is just being removed, which its tenant can have wanted.
   */
  boolean isBroken(Container old) throws IOException {
    Optional<ContainerRecord> record = records.find(old.record());
    return record.isPresent() && state(record.get()).filter(DEAD::equals).isPresent();
  }

  /** The old container is gone, though its engine could not say so. */
  void forget(Container old) {
    records.find(old.record()).ifPresent(containers::forget);
  }

  /** The old container stays after all. */
  void takeBack(Container old) throws IOException {
    handed.remove(old.record());
  }

  /**
   * Leaves all as it was: what cannot be undone now does not keep the old container from running.
   */
  void giveUp(Container old, MoveMark mark) {
    attempt(old, () -> undoPassing(old, mark));
    if (mark.isStarted()) {
      attempt(old, () -> startAgain(old));
    }
  }

  /** The same for one of a group that is going: it does not run until it has followed. */
  void giveUpFollowing(Container old, MoveMark mark) {
    attempt(old, () -> undoPassing(old, mark));
  }

  @FunctionalInterface
  private interface Step {
    void take() throws IOException;
  }

  private static void attempt(Container old, Step step) {
    try {
      step.take();
    } catch (IOException e) {
      LOG.atWarn()
          .addKeyValue("tenant", old.tenant())
          .addKeyValue("container", old.name())
          .setCause(e)
          .log("a move that failed is not undone yet");
    }
  }

  private void undoPassing(Container old, MoveMark mark) throws IOException {
    Optional<Container> made = find(old.tenant(), mark.passing().value());
    if (made.isPresent()) {
      recover(made.get());
    }
  }

  /** One that was stopped for a move that did not come about. */
  void startAgain(Container old) throws IOException {
    EngineAnswer answer =
        hosts.link(old.host()).call("POST", "/containers/" + old.id() + "/start", ANSWER);
    containers.refresh(old);
    if (answer.status() >= 400 && answer.status() != NOT_FOUND) {
      LOG.atWarn()
          .addKeyValue("tenant", old.tenant())
          .addKeyValue("container", old.name())
          .addKeyValue("reason", answer.message())
          .log("a container that was stopped to be moved does not start again");
    }
    stopped.remove(old.record());
  }

  /** Finishes or undoes a move that was cut off; nothing happens to what has its name. */
  void recover(Container made) throws IOException {
    Optional<MoveMark> mark = MoveMark.parse(made.mark(Labels.MOVE));
    if (mark.isEmpty() || !made.name().equals(mark.get().passing())) {
      return;
    }
    RecordId of = mark.get().of();
    Optional<ContainerRecord> old = records.now().find(made.tenant(), of);
    boolean isFinished =
        mark.get().isLost()
            ? old.isEmpty()
            : handed.contains(of) && (old.isEmpty() || !isThere(old.get()));
    if (isFinished) {
      // Its engine may have removed it when nobody was left to hear of that.
      old.ifPresent(containers::forget);
      finish(made, mark.get());
    } else if (old.isPresent() || !made.wasStarted()) {
      undo(made, old.flatMap(this::container));
      handed.remove(of);
      replaced.remove(of);
    }
  }

  private Optional<Container> container(ContainerRecord record) {
    return find(new TenantId(record.tenant()), record.containerId());
  }

  /**
   * Whether an engine has a container, by its own word: what is there no more must not be taken
   * from where it is now. One that its engine could remove only in part is no more.
   */
  private boolean isThere(ContainerRecord record) throws IOException {
    return state(record)
        .filter(state -> !state.equals(DEAD) && !state.equals(REMOVING))
        .isPresent();
  }

  /** As the engine tells; empty when it has no such container. */
  private Optional<String> state(ContainerRecord record) throws IOException {
    EngineAnswer answer =
        hosts
            .link(new HostId(record.host()))
            .call("GET", "/containers/" + record.containerId() + "/json", ANSWER);
    if (answer.status() == NOT_FOUND) {
      return Optional.empty();
    }
    if (!answer.isOk()) {
      throw new IOException(answer.message());
    }
    return Optional.of(answer.json().at("/State/Status").asText());
  }

  private void undo(Container made, Optional<Container> old) throws IOException {
    List<VolumeRecord> copied = new ArrayList<>();
    // What one of its group has taken there before is not this one's to take back.
    List<Container> others = obstacles.neighbours(made);
    for (String volume : made.volumes()) {
      volumes
          .find(made.tenant(), made.ownName(volume))
          .filter(record -> !record.anonymous())
          .filter(
              record ->
                  !record.host().equals(made.host().value())
                      || old.filter(each -> each.volumes().contains(volume)).isPresent())
          .filter(_ -> others.stream().noneMatch(each -> each.volumes().contains(volume)))
          .ifPresent(copied::add);
    }
    List<String> orphans =
        made.volumes().stream()
            .filter(volume -> !made.ownName(volume).equals(volume))
            .filter(volume -> volumes.find(made.tenant(), made.ownName(volume)).isEmpty())
            .filter(volume -> others.stream().noneMatch(each -> each.volumes().contains(volume)))
            .toList();
    for (VolumeRecord volume : copied) {
      if (volume.host().equals(made.host().value())) {
        volumes.moved(volume, old.orElseThrow().host());
      }
    }
    EngineAnswer removed = containers.remove(made, "?v=1");
    if (!removed.isOk() && removed.status() != NOT_FOUND) {
      throw new IOException(removed.message());
    }
    copied.forEach(volume -> removeCopy(volume, made.host()));
    for (String orphan : orphans) {
      volumes.removeOrphan(orphan, made.host());
    }
  }

  /** Removes what is on a host of a volume that is elsewhere, if it can. */
  void removeCopy(VolumeRecord volume, HostId host) {
    try {
      volumes.removeCopy(volume, host);
    } catch (IOException e) {
      LOG.atWarn()
          .addKeyValue("host", host)
          .addKeyValue("volume", volume.engineName())
          .setCause(e)
          .log("what was copied of a volume is left behind");
    }
  }
}

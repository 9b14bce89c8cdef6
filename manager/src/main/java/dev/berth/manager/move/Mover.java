package dev.berth.manager.move;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.ContainerName;
import dev.berth.common.id.HostId;
import dev.berth.common.id.ImageId;
import dev.berth.common.id.Labels;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.ContainerRecord;
import dev.berth.common.record.VolumeRecord;
import dev.berth.manager.cluster.ConflictingClaimException;
import dev.berth.manager.cluster.Containers;
import dev.berth.manager.cluster.Endpoints;
import dev.berth.manager.cluster.EngineAnswer;
import dev.berth.manager.cluster.Explanation;
import dev.berth.manager.cluster.HostLink;
import dev.berth.manager.cluster.Hosts;
import dev.berth.manager.cluster.NetworkTransfers;
import dev.berth.manager.cluster.NoLeaderException;
import dev.berth.manager.cluster.Placer;
import dev.berth.manager.cluster.RefusedPlacementException;
import dev.berth.manager.cluster.VolumeService;
import dev.berth.manager.view.Container;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a container to another host with all that it has: name, labels, limits, ports, what it has
 * written, and its volumes. It is stopped, made anew elsewhere under a passing name, given copies
 * of its data, and only when all of them are there the old one goes, the new one gets its name, and
 * is started if the old one ran. Its id is a new one, as that of a container is its engine's.
 *
 * <p>A death before the old one is gone leaves that; {@link MoveEnding} undoes the rest, or
 * finishes what lacks no more than a name and a start. Safe for any thread, for different
 * containers.
 */
final class Mover {
  private static final Logger LOG = LoggerFactory.getLogger(Mover.class);
  private static final String STARTED = "/State/StartedAt";
  private static final Duration STOP = Duration.ofMinutes(10);
  private static final Duration ANSWER = Duration.ofSeconds(60);

  private final Hosts hosts;
  private final Containers containers;
  private final VolumeService volumes;
  private final WrittenImages written;
  private final Endpoints endpoints;
  private final Placer placer;
  private final Obstacles obstacles;
  private final RecordSet stopped;
  private final RecordSet departing;
  private final MoveEnding ending;
  private final MovesUnderWay underWay;
  private final BooleanSupplier isLeading;

  /**
   * With what is kept of moves.
   *
   * @param departing containers that are just being moved, and are not to be used where they are
   * @param isLeading whether this manager may still move anything
   */
  Mover(
      Hosts hosts,
      Containers containers,
      VolumeService volumes,
      WrittenImages written,
      Endpoints endpoints,
      Placer placer,
      Obstacles obstacles,
      RecordSet stopped,
      RecordSet departing,
      MoveEnding ending,
      MovesUnderWay underWay,
      BooleanSupplier isLeading) {
    this.hosts = hosts;
    this.containers = containers;
    this.volumes = volumes;
    this.written = written;
    this.endpoints = endpoints;
    this.placer = placer;
    this.obstacles = obstacles;
    this.stopped = stopped;
    this.departing = departing;
    this.ending = ending;
    this.underWay = underWay;
    this.isLeading = isLeading;
  }

  /** Whether a container can leave its host, wherever it goes. */
  sealed interface Readiness {
    record Bound(String why) implements Readiness {}

    record Free(Placer.Wanted wanted) implements Readiness {}
  }

  /** Looks at all but where it could go. */
  Readiness readiness(Container container) throws IOException {
    Optional<ContainerRecord> whole = containers.wholeRecord(container);
    if (whole.isEmpty()) {
      return new Readiness.Bound("it is just being removed");
    }
    ContainerRecord record = whole.get();
    Optional<String> obstacle = obstacles.of(container, record.spec());
    if (obstacle.isPresent()) {
      return new Readiness.Bound(obstacle.get());
    }
    String passing = MoveMark.passing(container.name()).value();
    if (ending.find(container.tenant(), passing).isPresent()) {
      return new Readiness.Bound(
          "the name \"%s\" is taken, which it would have for a moment: by a move that is not undone"
                  .formatted(passing)
              + " yet, or by its tenant");
    }
    return new Readiness.Free(
        new Placer.Wanted(
            Placer.Kind.REPLACEMENT,
            RecordId.random(),
            container.tenant(),
            record.name(),
            (ObjectNode) record.spec(),
            Obstacles.hints(record.spec()),
            Set.of(),
            Optional.of(container.record())));
  }

  /** Whether what is to take a container's place is there already, or is just being made. */
  boolean isGoing(Container container) throws IOException {
    // What is reserved for that can be the last of its kind: then no host has another.
    return departing.contains(container.record())
        || ending
            .find(container.tenant(), MoveMark.passing(container.name()).value())
            .flatMap(made -> MoveMark.parse(made.mark(Labels.MOVE)))
            .filter(mark -> mark.of().equals(container.record()))
            .isPresent();
  }

  /** Why a container would stay that goes by itself; empty when it would go. */
  Optional<String> wouldStay(Container container) throws IOException, NoLeaderException {
    return switch (readiness(container)) {
      case Readiness.Bound(String why) -> Optional.of(why);
      case Readiness.Free(Placer.Wanted wanted) -> nowhere(container, wanted);
    };
  }

  private Optional<String> nowhere(Container container, Placer.Wanted wanted)
      throws NoLeaderException {
    // While its own host is there to be had, it may be the only one that has what is only wanted.
    Explanation explanation = placer.explain(wanted.required());
    boolean isWanted =
        explanation.hosts().stream()
            .anyMatch(
                host -> host.reason().isEmpty() && !host.id().equals(container.host().value()));
    return isWanted
        ? Optional.empty()
        : Optional.of(
            explanation.message().isEmpty()
                ? "no other host can have it"
                : "no other host can have it: " + explanation.message());
  }

  /** Moves it to where the scheduler wants it, which is another host when its own takes none. */
  Outcome move(Container old) {
    return move(old, Optional.empty());
  }

  /** Moves one of a group to where that goes. */
  Outcome move(Container old, HostId target) {
    return move(old, Optional.of(target));
  }

  private Outcome move(Container old, Optional<HostId> target) {
    if (!underWay.begin(old.record())) {
      return new Outcome.Failed("it is being moved already");
    }
    try {
      Optional<ContainerRecord> record = containers.wholeRecord(old);
      if (record.isEmpty()) {
        return new Outcome.Stays("it is just being removed");
      }
      if (!record.get().name().equals(old.name().value())) {
        return new Outcome.Failed("it was changed; trying again");
      }
      Optional<String> obstacle = target.isPresent() ? Optional.empty() : wouldStay(old);
      if (obstacle.isPresent()) {
        if (stopped.contains(old.record())) {
          ending.startAgain(old);
        }
        return new Outcome.Stays(obstacle.get());
      }
      departing.add(old.record());
      try {
        return moveStopped(old, record.get(), target);
      } finally {
        departing.remove(old.record());
      }
    } catch (IOException | NoLeaderException e) {
      return new Outcome.Failed(e.getMessage());
    } finally {
      underWay.end(old.record());
    }
  }

  /** Stops a container that runs, and remembers that it did. */
  void stop(Container container) throws IOException {
    HostLink host = hosts.link(container.host());
    JsonNode state = inspect(host, container).path("State");
    if (state.path("Running").asBoolean()) {
      stopped.add(container.record());
      stop(host, container, state.path("Paused").asBoolean());
    }
  }

  /** Whether one of these containers has an address of its choice in a network. */
  NetworkTransfers.Addresses addresses(List<Container> some) throws IOException {
    for (Container container : some) {
      JsonNode detail = inspect(hosts.link(container.host()), container);
      boolean isFixed =
          detail
              .path("NetworkSettings")
              .path("Networks")
              .valueStream()
              .anyMatch(endpoint -> !endpoint.path("IPAMConfig").isEmpty());
      if (isFixed) {
        return NetworkTransfers.Addresses.FIXED;
      }
    }
    return NetworkTransfers.Addresses.OPEN;
  }

  private Outcome moveStopped(Container old, ContainerRecord record, Optional<HostId> target)
      throws IOException {
    stop(old);
    boolean wasRunning = stopped.contains(old.record());
    HostLink source = hosts.link(old.host());
    JsonNode detail = inspect(source, old);
    MoveMark mark =
        new MoveMark(
            new RecordId(record.id()),
            old.host(),
            new ContainerName(record.name()),
            MoveMark.firstImage(record.spec()),
            wasRunning,
            false);
    try {
      Container made = makeAnew(old, record, mark, detail, target);
      ending.finish(made, mark);
      stopped.remove(old.record());
      LOG.atInfo()
          .addKeyValue("tenant", old.tenant())
          .addKeyValue("container", old.name())
          .addKeyValue("from", old.host())
          .addKeyValue("to", made.host())
          .log("container moved");
      return new Outcome.Moved(made.host());
    } catch (IOException
        | NoLeaderException
        | RefusedPlacementException
        | ConflictingClaimException
        | Containers.ConflictException e) {
      if (target.isPresent()) {
        ending.giveUpFollowing(old, mark);
      } else {
        ending.giveUp(old, mark);
      }
      return new Outcome.Failed(e.getMessage());
    }
  }

  /** A volume of a container, by the place where it is mounted. */
  private record Mount(String destination, Optional<VolumeRecord> named) {

    /** Another of its group has taken it along already. */
    boolean isAt(HostId host) {
      return named.filter(record -> record.host().equals(host.value())).isPresent();
    }
  }

  private List<Mount> mounts(Container old, JsonNode detail) throws IOException {
    List<Mount> mounts = new ArrayList<>();
    for (JsonNode mount : detail.path("Mounts")) {
      if (!mount.path("Type").asText().equals("volume")) {
        continue;
      }
      String own = old.ownName(mount.path("Name").asText());
      Optional<VolumeRecord> record =
          volumes.find(old.tenant(), own).filter(each -> !each.anonymous());
      mounts.add(new Mount(mount.path("Destination").asText(), record));
    }
    return mounts;
  }

  private Container makeAnew(
      Container old, ContainerRecord record, MoveMark mark, JsonNode detail, Optional<HostId> goal)
      throws IOException,
          NoLeaderException,
          RefusedPlacementException,
          ConflictingClaimException,
          Containers.ConflictException {
    TenantId tenant = old.tenant();
    HostLink source = hosts.link(old.host());
    List<Mount> mounts = mounts(old, detail);
    ObjectNode body = Containers.wherever(record.spec());
    Optional<ImageId> image = written.of(old, source);
    boolean isMade = false;
    try {
      ObjectNode labels = (ObjectNode) body.path("Labels");
      labels.put(Labels.MOVE, mark.text());
      labels.put(Labels.MOVED_IMAGE, image.map(ImageId::value).orElse(""));
      EngineAnswer answer =
          containers.replace(
              mark.wanted(
                  tenant,
                  body,
                  image.orElseGet(() -> new ImageId(body.path("Image").asText())),
                  source.descriptor().apiVersion(),
                  goal.map(Set::of).orElse(Set.of())),
              place -> prepare(old, mounts, place.host()));
      if (!answer.isOk()) {
        throw new IOException(answer.message());
      }
      Container made = ending.made(tenant, answer);
      isMade = true;
      HostLink target = hosts.link(made.host());
      for (Mount mount : mounts) {
        if (!mount.isAt(made.host())) {
          VolumeCopy.copy(source, old.id(), target, made.id(), mount.destination());
        }
      }
      endpoints.copy(detail, made);
      requireUnchanged(old, record, detail);
      handOver(old, made, mounts);
      return made;
    } finally {
      if (image.isPresent() && isMade) {
        written.clear(image.get(), source);
      } else if (image.isPresent()) {
        written.clear(image.get());
      }
    }
  }

  private void prepare(Container old, List<Mount> mounts, HostId host) throws IOException {
    if (host.equals(old.host())) {
      throw new IOException("its host takes containers again");
    }
    for (Mount mount : mounts) {
      if (mount.named().isPresent() && !mount.isAt(host)) {
        volumes.prepareCopy(mount.named().get(), host);
      }
    }
  }

  /** What its tenant has done to it meanwhile would be lost. */
  private void requireUnchanged(Container old, ContainerRecord record, JsonNode detail)
      throws IOException {
    if (!isLeading.getAsBoolean()) {
      throw new IOException("another manager leads, and decides what becomes of it");
    }
    Optional<ContainerRecord> now = containers.wholeRecord(old);
    if (now.isEmpty()) {
      throw new IOException("it was removed while it was being moved");
    }
    JsonNode shown = inspect(hosts.link(old.host()), old);
    if (!now.get().equals(record)
        || !networks(shown).equals(networks(detail))
        || !shown.at(STARTED).equals(detail.at(STARTED))) {
      throw new IOException("it was changed while it was being moved; trying again");
    }
  }

  private static JsonNode networks(JsonNode detail) {
    return detail.path("NetworkSettings").path("Networks");
  }

  /** From the removal of the old one on the new one is the container. */
  private void handOver(Container old, Container made, List<Mount> mounts) throws IOException {
    ending.handOver(old);
    List<VolumeRecord> named = mounts.stream().flatMap(mount -> mount.named().stream()).toList();
    List<VolumeRecord> taken =
        named.stream().filter(record -> !record.host().equals(made.host().value())).toList();
    for (VolumeRecord volume : taken) {
      volumes.moved(volume, made.host());
    }
    List<Container> others = obstacles.neighbours(old);
    EngineAnswer removed = containers.remove(old, "?v=1");
    boolean isGone = removed.isOk() || removed.status() == 404;
    if (!isGone && !ending.isBroken(old)) {
      for (VolumeRecord volume : taken) {
        volumes.moved(volume, old.host());
      }
      ending.takeBack(old);
      throw new IOException(removed.message());
    }
    if (!isGone) {
      ending.forget(old);
    }
    for (VolumeRecord volume : named) {
      if (others.stream().noneMatch(other -> other.volumes().contains(volume.engineName()))) {
        ending.removeCopy(volume, old.host());
      }
    }
  }

  private static JsonNode inspect(HostLink host, Container container) throws IOException {
    EngineAnswer answer = host.call("GET", path(container) + "/json", ANSWER);
    if (!answer.isOk()) {
      throw new IOException(answer.message());
    }
    return answer.json();
  }

  private void stop(HostLink host, Container container, boolean isPaused) throws IOException {
    if (isPaused) {
      host.call("POST", path(container) + "/unpause", ANSWER);
    }
    EngineAnswer answer = host.call("POST", path(container) + "/stop", STOP);
    if (answer.status() >= 400) {
      throw new IOException(answer.message());
    }
    containers.refresh(container);
  }

  private static String path(Container container) {
    return "/containers/" + container.id();
  }
}

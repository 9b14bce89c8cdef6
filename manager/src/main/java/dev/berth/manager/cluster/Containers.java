package dev.berth.manager.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.http.Headers;
import dev.berth.common.id.ContainerId;
import dev.berth.common.id.ContainerName;
import dev.berth.common.id.Epoch;
import dev.berth.common.id.HostId;
import dev.berth.common.id.ImageId;
import dev.berth.common.id.Labels;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.ContainerRecord;
import dev.berth.common.wire.AgentApi;
import dev.berth.manager.tenant.UpdatePolicy;
import dev.berth.manager.view.Container;
import dev.berth.manager.view.Resolution;
import dev.berth.manager.view.View;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes, renames and removes containers: the record first, then the engine, then the record again,
 * so that a death at any point leaves something that can be finished or undone. Safe for any
 * thread.
 */
public final class Containers {
  private static final Logger LOG = LoggerFactory.getLogger(Containers.class);
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration CREATE = Duration.ofMinutes(2);
  private static final Duration REMOVE = Duration.ofMinutes(5);
  private static final Duration SHORT = Duration.ofSeconds(15);
  private static final Duration VISIBLE = Duration.ofSeconds(5);
  private static final int NAME_TRIES = 8;
  private static final int ELSEWHERE_TRIES = 3;

  /**
   * A create call that policy has admitted.
   *
   * @param name the wanted name; empty for one of our choice
   * @param image what it is made of, which is brought to its host
   * @param imageName what the tenant calls that
   * @param body what goes to the engine, without Berth's labels
   * @param newVolumes the volumes that it mounts and that are not there yet, with their labels
   * @param onBridge whether it is on its tenant's default network
   * @param version the client's API version as it stands in a path, as 1.41
   * @param platform what the call asks for, as linux/arm64; empty for any, or for what the body has
   *     from where it was made first
   * @param replaced what it takes the place of; empty for nothing
   */
  public record Wanted(
      TenantId tenant,
      Optional<ContainerName> name,
      ObjectNode body,
      PlacementHints hints,
      ImageId image,
      String imageName,
      Set<HostId> boundTo,
      Map<String, Map<String, String>> newVolumes,
      boolean onBridge,
      String version,
      String platform,
      Optional<Replaced> replaced) {}

  /** A container that goes when another is there, which has its name then. */
  public record Replaced(RecordId record, ContainerName name) {}

  /** The body of a container as it can be made on another host: without what its host gave it. */
  public static ObjectNode wherever(JsonNode spec) {
    ObjectNode body = spec.deepCopy();
    Gpus.takeBack(body);
    return body;
  }

  /** What has to be on a host before a container is made there. */
  @FunctionalInterface
  public interface Preparation {
    void prepare(Placer.Place place) throws IOException;
  }

  /** The name of a create or rename is taken by that container of the same tenant. */
  public static final class ConflictException extends Exception {
    ConflictException(ContainerName name, String holder) {
      super(
          ("Conflict. The container name \"/%s\" is already in use by container \"%s\"."
                  + " You have to remove (or rename) that container to be able to reuse that name.")
              .formatted(name, holder));
    }
  }

  private final ContainerRecords records;
  private final Hosts hosts;
  private final View view;
  private final Placer placer;
  private final ImageTransfers images;
  private final GeneratedNames names;
  private final VolumeService volumes;
  private final Bridges bridges;
  private final Endpoints endpoints;
  private final TenantGroups groups;
  private final Updates updates;
  private final InstantSource clock;

  // Creates whose client was told that they failed, though the engine may have done them.
  private final Set<RecordId> givenUp = ConcurrentHashMap.newKeySet();

  public Containers(
      ContainerRecords records,
      Hosts hosts,
      View view,
      Placer placer,
      ImageTransfers images,
      GeneratedNames names,
      VolumeService volumes,
      Bridges bridges,
      Endpoints endpoints,
      TenantGroups groups,
      Updates updates,
      InstantSource clock) {
    this.records = records;
    this.hosts = hosts;
    this.view = view;
    this.placer = placer;
    this.images = images;
    this.names = names;
    this.volumes = volumes;
    this.bridges = bridges;
    this.endpoints = endpoints;
    this.groups = groups;
    this.updates = updates;
    this.clock = clock;
  }

  /**
   * Makes a container, and returns the engine's answer. After a good answer it is in the view.
   *
   * @throws HostUnreachableException when the host died meanwhile: the container may exist, and is
   *     undone when the host is there again
   */
  public EngineAnswer create(Wanted wanted)
      throws RefusedPlacementException,
          NoLeaderException,
          ConflictException,
          ConflictingClaimException,
          IOException {
    return create(wanted, Placer.Kind.CONTAINER, _ -> {});
  }

  /** The same for one that takes the place of another of its tenant. */
  public EngineAnswer replace(Wanted wanted, Preparation preparation)
      throws RefusedPlacementException,
          NoLeaderException,
          ConflictException,
          ConflictingClaimException,
          IOException {
    return create(wanted, Placer.Kind.REPLACEMENT, preparation);
  }

  private EngineAnswer create(Wanted wanted, Placer.Kind kind, Preparation preparation)
      throws RefusedPlacementException,
          NoLeaderException,
          ConflictException,
          ConflictingClaimException,
          IOException {
    Set<HostId> boundTo = wanted.boundTo();
    for (int tries = 1; ; tries++) {
      try {
        return create(wanted, kind, preparation, boundTo);
      } catch (ElsewhereException e) {
        if (tries == ELSEWHERE_TRIES) {
          throw new ConflictingClaimException(e.getMessage());
        }
        boundTo = new HashSet<>(boundTo);
        boundTo.add(e.host());
      }
    }
  }

  /** What {@link #create} would do; nothing is made or reserved. */
  public Explanation explain(Wanted wanted) throws NoLeaderException, IOException {
    Explanation placed =
        placer.explain(asked(RecordId.random(), Placer.Kind.CONTAINER, wanted, wanted.boundTo()));
    if (!placed.isPlaced()) {
      return placed;
    }
    Optional<ContainerName> name = wanted.name();
    Optional<ContainerRecord> holder = name.flatMap(each -> holder(wanted.tenant(), each));
    return holder.isEmpty() || isGone(holder.get())
        ? placed
        : placed.refused(
            new ConflictException(name.get(), holder.get().containerId()).getMessage());
  }

  private Optional<ContainerRecord> holder(TenantId tenant, ContainerName name) {
    return records.all().stream()
        .filter(record -> record.tenant().equals(tenant.value()))
        .filter(record -> record.name().equals(name.value()))
        .findFirst();
  }

  private EngineAnswer create(
      Wanted wanted, Placer.Kind kind, Preparation preparation, Set<HostId> boundTo)
      throws RefusedPlacementException,
          NoLeaderException,
          ConflictException,
          ConflictingClaimException,
          ElsewhereException,
          IOException {
    RecordId id = RecordId.random();
    Placer.Placed placed = placer.place(asked(id, kind, wanted, boundTo));
    Placer.Place place = placed.place();
    ContainerRecord pending;
    try {
      images.bring(wanted.image(), place.host());
      pending = claim(id, wanted, place, placed.body());
    } catch (ConflictException | IOException | RuntimeException e) {
      placer.release(id);
      throw e;
    }
    try {
      preparation.prepare(place);
      volumes.ensure(wanted.tenant(), wanted.newVolumes(), place);
      if (wanted.onBridge()) {
        bridges.ensure(wanted.tenant(), place);
      }
    } catch (ElsewhereException
        | ConflictingClaimException
        | RefusedPlacementException
        | NoLeaderException
        | IOException
        | RuntimeException e) {
      forget(pending);
      throw e;
    }
    return createOnEngine(pending, wanted, placed.body());
  }

  private static Placer.Wanted asked(
      RecordId id, Placer.Kind kind, Wanted wanted, Set<HostId> boundTo) {
    ObjectNode body = wanted.body().deepCopy();
    ObjectNode labels =
        body.path("Labels") instanceof ObjectNode given ? given : body.putObject("Labels");
    labels.put(Labels.TENANT, wanted.tenant().value());
    labels.put(Labels.RECORD, id.value());
    labels.put(Labels.IMAGE, wanted.imageName());
    if (!wanted.platform().isEmpty()) {
      labels.put(Labels.PLATFORM, wanted.platform());
    }
    if (!wanted.hints().texts().isEmpty()) {
      ArrayNode hints = JSON.createArrayNode();
      wanted.hints().texts().forEach(hints::add);
      labels.put(Labels.HINTS, hints.toString());
    }
    body.put("Image", wanted.image().value());
    return new Placer.Wanted(
        kind,
        id,
        wanted.tenant(),
        wanted.replaced().map(Replaced::name).or(wanted::name).map(ContainerName::value).orElse(""),
        body,
        wanted.hints(),
        boundTo,
        wanted.replaced().map(Replaced::record));
  }

  private ContainerRecord claim(RecordId id, Wanted wanted, Placer.Place place, ObjectNode body)
      throws ConflictException, IOException {
    for (int tries = 0; ; tries++) {
      ContainerName name = wanted.name().orElseGet(names::next);
      ContainerRecord record =
          new ContainerRecord(
              id.value(),
              wanted.tenant().value(),
              name.value(),
              place.host().value(),
              ContainerRecord.State.PENDING,
              "",
              clock.millis(),
              place.epoch().value(),
              body);
      try {
        records.create(record);
        return record;
      } catch (ContainerRecords.NameTakenException e) {
        if (tries >= NAME_TRIES) {
          throw new ConflictException(name, holder(e));
        }
        boolean freed = e.holder().isPresent() && freeIfGone(e.holder().get());
        if (wanted.name().isPresent() && !freed) {
          throw new ConflictException(name, holder(e));
        }
      } catch (IOException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IOException("the name could not be claimed: " + e.getMessage(), e);
      }
    }
  }

  private static String holder(ContainerRecords.NameTakenException e) {
    return e.holder().map(ContainerRecord::containerId).orElse("");
  }

  /**
   * Frees the name of a container that its host says it no longer has: one that removed itself when
   * it exited, a moment ago.
   */
  boolean freeIfGone(ContainerRecord holder) throws IOException {
    boolean isGone = isGone(holder);
    if (isGone) {
      forget(holder);
    }
    return isGone;
  }

  private boolean isGone(ContainerRecord holder) throws IOException {
    if (holder.state() != ContainerRecord.State.SETTLED) {
      return false;
    }
    Optional<HostLink> host = hosts.find(new HostId(holder.host()));
    if (host.isEmpty()) {
      return false;
    }
    EngineAnswer answer =
        host.get().call("GET", "/containers/" + holder.containerId() + "/json", SHORT);
    return answer.status() == 404;
  }

  private EngineAnswer createOnEngine(ContainerRecord pending, Wanted wanted, ObjectNode body)
      throws IOException {
    TenantId tenant = wanted.tenant();
    String engineName = new ContainerName(pending.name()).onEngine(tenant);
    String target =
        "/v%s/containers/create?name=%s".formatted(wanted.version(), encode(engineName));
    if (!wanted.platform().isEmpty()) {
      target += "&platform=" + encode(wanted.platform());
    }
    ObjectNode sent = body.deepCopy();
    Endpoints.addName(sent, tenant, pending.name());
    HostLink host;
    EngineAnswer answer;
    try {
      host = hosts.link(new HostId(pending.host()));
      intoGroup(sent, TenantGroups.name(host.descriptor(), tenant));
      Headers headers = told(host, tenant);
      answer = host.call("POST", target, headers, JSON.writeValueAsBytes(sent), CREATE);
    } catch (StaleEpochException e) {
      forget(pending);
      throw e;
    } catch (HostUnreachableException e) {
      givenUp.add(new RecordId(pending.id()));
      throw e;
    }
    if (!answer.isOk()) {
      forget(pending);
      return answer;
    }
    String containerId = answer.json().path("Id").asText();
    if (!settle(pending, containerId)) {
      // Somebody undid this create meanwhile, so it never was.
      host.call("DELETE", "/containers/" + containerId + "?force=1&v=1", SHORT);
      placer.release(new RecordId(pending.id()));
      throw new StaleEpochException("a new leader undid this create; try again");
    }
    refresh(new HostId(pending.host()), containerId);
    adoptVolumes(tenant, containerId, new Epoch(pending.epoch()));
    return answer;
  }

  /** Unless an operator lets the tenant name another. */
  private static void intoGroup(ObjectNode body, Optional<String> group) {
    ObjectNode config =
        body.path("HostConfig") instanceof ObjectNode given ? given : body.putObject("HostConfig");
    if (config.path("CgroupParent").asText("").isEmpty()) {
      group.ifPresent(name -> config.put("CgroupParent", name));
    }
  }

  private Headers told(HostLink host, TenantId tenant) {
    return groups.told(Headers.of("Content-Type", "application/json"), host.descriptor(), tenant);
  }

  /** What is not recorded now, the leader will record. */
  private void adoptVolumes(TenantId tenant, String containerId, Epoch epoch) {
    if (view.in(tenant).resolve(containerId) instanceof Resolution.Found(Container container)) {
      try {
        volumes.adopt(container, epoch);
      } catch (IOException e) {
        LOG.atWarn().addKeyValue("container", containerId).setCause(e).log("volumes not recorded");
      }
    }
  }

  private boolean settle(ContainerRecord pending, String containerId) throws IOException {
    try {
      return records.settle(pending, containerId);
    } catch (Exception e) {
      throw new IOException(
          "the container was made but could not be recorded: " + e.getMessage(), e);
    }
  }

  /** Removes a container from its engine and then its record; returns the engine's answer. */
  public EngineAnswer remove(Container container, String query) throws IOException {
    EngineAnswer answer =
        hosts
            .link(container.host())
            .call("DELETE", "/containers/" + container.id() + query, REMOVE);
    if (answer.isOk() || answer.status() == 404) {
      records.find(container.record()).ifPresent(this::forget);
      view.removed(container.host(), container.id());
      volumes.containerGone(container);
      removeOwnImage(container);
    }
    return answer;
  }

  /** An image that was made for this container alone, which nobody else can name. */
  private void removeOwnImage(Container container) {
    String image = container.mark(Labels.MOVED_IMAGE);
    if (image.isEmpty()) {
      return;
    }
    try {
      hosts.link(container.host()).call("DELETE", "/images/" + image, REMOVE);
      images.refresh(container.host());
    } catch (IOException e) {
      LOG.atWarn()
          .addKeyValue("host", container.host())
          .addKeyValue("image", image)
          .setCause(e)
          .log("what a container had written is left behind as an image");
    }
  }

  /** Gives a container another name, in the record and on its engine. */
  public void rename(Container container, ContainerName name)
      throws IOException, ConflictException {
    ContainerRecord record =
        records
            .find(container.record())
            .orElseThrow(() -> new IOException("the container is being removed"));
    ContainerName before = new ContainerName(record.name());
    move(record, name);
    String target =
        "/containers/%s/rename?name=%s"
            .formatted(container.id(), encode(name.onEngine(container.tenant())));
    EngineAnswer answer;
    try {
      answer = hosts.link(container.host()).call("POST", target, SHORT);
    } catch (IOException e) {
      move(record.renamed(name.value()), before);
      throw e;
    }
    if (!answer.isOk()) {
      move(record.renamed(name.value()), before);
      throw new IOException(answer.message());
    }
    refresh(container);
    if (view.in(container.tenant()).resolve(container.id().value())
            instanceof Resolution.Found(Container renamed)
        && !renamed.isRunning()) {
      takeName(renamed);
    }
  }

  /** Makes a container that does not run answer to its name in its networks. */
  public void takeName(Container container) throws IOException {
    if (!container.networksWithOldName().isEmpty()) {
      endpoints.realign(container);
      refresh(container);
    }
  }

  private void move(ContainerRecord record, ContainerName name)
      throws ConflictException, IOException {
    try {
      records.rename(record, name);
    } catch (ContainerRecords.NameTakenException e) {
      throw new ConflictException(name, holder(e));
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("the record could not be renamed: " + e.getMessage(), e);
    }
  }

  /**
   * Changes the limits of a container, and returns the engine's answer.
   *
   * @param target the engine's path of the call
   * @param changes what policy has let by
   * @param policy says whether its tenant may have what comes of it
   */
  public EngineAnswer update(
      Container container, String target, ObjectNode changes, UpdatePolicy policy)
      throws IOException, RefusedPlacementException, NoLeaderException {
    HostLink host = hosts.link(container.host());
    return updates.update(
        container.record(),
        container.tenant(),
        changes,
        policy,
        new Updates.Engine() {
          @Override
          public EngineAnswer update(ObjectNode sent) throws IOException {
            byte[] body = JSON.writeValueAsBytes(sent);
            return host.call("POST", target, told(host, container.tenant()), body, SHORT);
          }

          @Override
          public EngineAnswer inspect() throws IOException {
            return host.call("GET", "/containers/" + container.id() + "/json", SHORT);
          }
        });
  }

  /** The container's record with its spec, from ZooKeeper itself; empty when it is gone. */
  public Optional<ContainerRecord> wholeRecord(Container container) throws IOException {
    Optional<ContainerRecord> record = records.find(container.record());
    return record.isEmpty() ? Optional.empty() : wholeRecord(record.get());
  }

  /** The same of a record without it. */
  public Optional<ContainerRecord> wholeRecord(ContainerRecord record) throws IOException {
    try {
      return records.readWhole(record);
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("the record could not be read: " + e.getMessage(), e);
    }
  }

  /** Returns when the view shows the container as its engine has it now. */
  public void refresh(Container container) {
    refresh(container.host(), container.id().value());
  }

  /**
   * The agent reads the container anew and sends it down the feed, where it keeps its order with
   * everything else; this waits until it has come through.
   */
  private void refresh(HostId hostId, String containerId) {
    Optional<HostLink> link = hosts.find(hostId);
    if (link.isEmpty()) {
      return;
    }
    try {
      view.awaitSeq(
          hostId, link.get().refresh(AgentApi.REFRESH + "?id=" + containerId, SHORT), VISIBLE);
    } catch (IOException e) {
      LOG.atDebug().addKeyValue("host", hostId).setCause(e).log("no refresh");
    }
  }

  /** Returns when a container that its engine has removed is gone from here too, name and all. */
  public void awaitRemoved(Container container) {
    refresh(container);
    records.find(container.record()).ifPresent(this::forgetIfGone);
    volumes.containerGone(container);
  }

  private void forgetIfGone(ContainerRecord record) {
    try {
      freeIfGone(record);
    } catch (IOException e) {
      LOG.atDebug().addKeyValue("record", record.id()).setCause(e).log("kept");
    }
  }

  /** Whether this manager began that create and could not tell its client how it ended. */
  boolean isGivenUp(RecordId record) {
    return givenUp.contains(record);
  }

  /** Takes a container that never ran off its host, with its anonymous volumes. */
  public EngineAnswer discard(HostId host, ContainerId container) throws IOException {
    return hosts.link(host).call("DELETE", "/containers/" + container + "?v=1", SHORT);
  }

  /** Undoes a create that was given up: the client was told that it failed. */
  void undo(ContainerRecord record, Optional<ContainerId> made) throws IOException {
    if (made.isPresent()) {
      EngineAnswer answer =
          hosts
              .link(new HostId(record.host()))
              .call("DELETE", "/containers/" + made.get() + "?force=1&v=1", SHORT);
      if (!answer.isOk() && answer.status() != 404) {
        throw new IOException(answer.message());
      }
    }
    forget(record);
  }

  /** Frees a record's name and what is reserved for it. */
  public void forget(ContainerRecord record) {
    givenUp.remove(new RecordId(record.id()));
    try {
      records.remove(record);
      placer.release(new RecordId(record.id()));
    } catch (Exception e) {
      LOG.atWarn()
          .addKeyValue("record", record.id())
          .setCause(e)
          .log("record not removed; the leader will");
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}

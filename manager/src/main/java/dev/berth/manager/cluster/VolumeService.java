package dev.berth.manager.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.Epoch;
import dev.berth.common.id.HostId;
import dev.berth.common.id.Labels;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.Claim;
import dev.berth.common.record.VolumeRecord;
import dev.berth.manager.view.Container;
import dev.berth.manager.view.View;
import dev.berth.manager.view.Volume;
import dev.berth.scheduler.quota.Quantity;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes and removes the volumes of tenants: the record first, then the engine, then the record
 * again, so that a death at any point leaves something that can be finished or undone. Safe for any
 * thread.
 */
public final class VolumeService {
  private static final Logger LOG = LoggerFactory.getLogger(VolumeService.class);
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration CREATE = Duration.ofSeconds(60);
  private static final Duration SHORT = Duration.ofSeconds(15);
  private static final Duration OTHERS = Duration.ofSeconds(10);

  /** As engines name a volume for which nobody gave a name. */
  private static final Pattern ANONYMOUS = Pattern.compile("[0-9a-f]{64}");

  private final Claims<VolumeRecord> claims;
  private final Hosts hosts;
  private final View view;
  private final Placer placer;
  private final Lists lists;
  private final Companions companions;
  private final InstantSource clock;

  // Creates whose client was told that they failed, though the engine may have done them.
  private final Set<String> givenUp = ConcurrentHashMap.newKeySet();

  public VolumeService(
      Claims<VolumeRecord> claims, Hosts hosts, View view, Placer placer, InstantSource clock) {
    this.claims = claims;
    this.hosts = hosts;
    this.view = view;
    this.placer = placer;
    this.lists = new Lists(hosts, view);
    this.companions = new Companions(view, clock);
    this.clock = clock;
  }

  /**
   * Makes a volume beside what it goes with, or else on the host that has the fewest, unless the
   * tenant has one of that name already, which is as good: returns when it is in the view.
   *
   * @param labels the tenant's own, and those that an engine would give by itself
   */
  public void create(TenantId tenant, String name, Map<String, String> labels)
      throws IOException, NoLeaderException, RefusedPlacementException, ConflictingClaimException {
    if (view.in(tenant).volume(name).isPresent()) {
      return;
    }
    Placer.Place place =
        placer.spread(tenant, companions.hostsFor(tenant, labels), claims.countByHost());
    try {
      ensure(tenant, name, labels, place);
    } catch (ElsewhereException e) {
      // Made by somebody else a moment ago: as good as if it had been there before.
      lists.refreshVolumes(e.host());
    }
  }

  /** How many volumes a tenant has, as quotas count them. */
  public long count(TenantId tenant) {
    return claims.all().stream().filter(record -> record.tenant().equals(tenant.value())).count();
  }

  /** The host of the tenant's volume of that name, if there is one. */
  public Optional<HostId> hostOf(TenantId tenant, String name) {
    return claims.find(tenant, name).map(record -> new HostId(record.host()));
  }

  /**
   * Makes volumes on that host for a container that will be there.
   *
   * @throws ElsewhereException when one of them was made on another host meanwhile
   */
  void ensure(TenantId tenant, Map<String, Map<String, String>> volumes, Placer.Place place)
      throws IOException,
          ElsewhereException,
          ConflictingClaimException,
          RefusedPlacementException,
          NoLeaderException {
    for (Map.Entry<String, Map<String, String>> volume : volumes.entrySet()) {
      ensure(tenant, volume.getKey(), volume.getValue(), place);
    }
  }

  private void ensure(TenantId tenant, String name, Map<String, String> labels, Placer.Place place)
      throws IOException,
          ElsewhereException,
          ConflictingClaimException,
          RefusedPlacementException,
          NoLeaderException {
    VolumeRecord pending =
        new VolumeRecord(
            RecordId.random().value(),
            tenant.value(),
            name,
            place.host().value(),
            Claim.State.PENDING,
            false,
            labels,
            clock.millis(),
            place.epoch().value());
    placer.take(tenant, Quantity.VOLUMES, pending.id());
    try {
      claims.create(pending);
    } catch (Claims.TakenException e) {
      placer.giveBack(pending.id());
      useExisting(tenant, name, place);
      return;
    } catch (IOException | RuntimeException e) {
      placer.giveBack(pending.id());
      throw e;
    } catch (Exception e) {
      placer.giveBack(pending.id());
      throw new IOException("the volume could not be recorded: " + e.getMessage(), e);
    }
    createOnEngine(pending);
    lists.refreshVolumes(place.host());
  }

  private void useExisting(TenantId tenant, String name, Placer.Place place)
      throws ElsewhereException, ConflictingClaimException {
    VolumeRecord existing =
        claims
            .awaitSettled(tenant, name, OTHERS)
            .orElseThrow(
                () ->
                    new ConflictingClaimException(
                        "the volume \"%s\" is just being made or removed; try again"
                            .formatted(name)));
    if (!existing.host().equals(place.host().value())) {
      throw new ElsewhereException(name, new HostId(existing.host()));
    }
  }

  private void createOnEngine(VolumeRecord pending) throws IOException, ConflictingClaimException {
    HostLink host;
    EngineAnswer answer;
    try {
      host = hosts.link(new HostId(pending.host()));
    } catch (HostUnreachableException e) {
      forget(pending);
      throw e;
    }
    try {
      answer = host.call("POST", "/volumes/create", body(pending), CREATE);
    } catch (StaleEpochException e) {
      forget(pending);
      throw e;
    } catch (HostUnreachableException e) {
      givenUp.add(pending.id());
      throw e;
    }
    if (!answer.isOk()) {
      forget(pending);
      throw new ConflictingClaimException(
          answer.message().replace(pending.engineName(), pending.name()));
    }
    // An engine gives back the volume that it has of a name: it must be the one of this record.
    if (!isOf(pending, answer.json())) {
      forget(pending);
      throw new ConflictingClaimException(
          "the volume \"%s\" cannot be made: its host has one of that name that nobody owns;"
                  .formatted(pending.name())
              + " ask an operator to remove it, or choose another name");
    }
    try {
      if (!claims.update(pending.settled())) {
        throw new StaleEpochException("a new leader undid this create; try again");
      }
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("the volume was made but could not be recorded: " + e.getMessage(), e);
    }
  }

  private static boolean isOf(VolumeRecord record, JsonNode volume) {
    return volume.path("Labels").path(Labels.RECORD).asText().equals(record.id());
  }

  private static byte[] body(VolumeRecord record) throws IOException {
    ObjectNode body = JSON.createObjectNode();
    body.put("Name", record.engineName());
    body.put("Driver", "local");
    ObjectNode labels = body.putObject("Labels");
    record.labels().forEach(labels::put);
    labels.put(Labels.TENANT, record.tenant());
    labels.put(Labels.RECORD, record.id());
    return JSON.writeValueAsBytes(body);
  }

  /**
   * What a container is called on an engine that has a volume only to have it copied: who removes
   * the volume removes that, and the copy comes to nothing.
   */
  public static String carrier(VolumeRecord record) {
    return "berth-carrier-" + record.id();
  }

  /** Removes a volume from its engine and then its record; returns the engine's answer. */
  public EngineAnswer remove(Volume volume, boolean force) throws IOException {
    String target = path(volume.record()) + (force ? "?force=1" : "");
    HostLink host = hosts.link(volume.host());
    EngineAnswer answer = host.call("DELETE", target, CREATE);
    if (answer.status() == 409
        && host.call("DELETE", "/containers/" + carrier(volume.record()) + "?force=1", CREATE)
            .isOk()) {
      answer = host.call("DELETE", target, CREATE);
    }
    if (answer.isOk() || answer.status() == 404) {
      forget(volume.record());
      lists.refreshVolumes(volume.host());
    }
    return answer;
  }

  private static String path(VolumeRecord record) {
    return path(record.engineName());
  }

  private static String path(String engineName) {
    return "/volumes/" + URLEncoder.encode(engineName, StandardCharsets.UTF_8);
  }

  /**
   * Records the volumes that an engine made for a container as its tenant's; nothing happens when
   * all are recorded.
   */
  public void adopt(Container container, Epoch epoch) throws IOException {
    List<String> names = view.unrecordedVolumes(container);
    for (String engineName : names) {
      String own = container.ownName(engineName);
      boolean anonymous = own.equals(engineName);
      if (anonymous && !ANONYMOUS.matcher(engineName).matches()) {
        continue;
      }
      VolumeRecord record =
          new VolumeRecord(
              RecordId.random().value(),
              container.tenant().value(),
              own,
              container.host().value(),
              Claim.State.SETTLED,
              anonymous,
              Map.of(),
              clock.millis(),
              epoch.value());
      try {
        claims.create(record);
      } catch (Claims.TakenException e) {
        // Another manager was first.
      } catch (IOException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IOException("a volume could not be recorded: " + e.getMessage(), e);
      }
    }
    if (!names.isEmpty()) {
      lists.refreshVolumes(container.host());
    }
  }

  /**
   * Makes a volume that is elsewhere on another host, too, empty and without a record: for a copy
   * of what is in it. What an earlier copy has left there goes.
   *
   * @throws IOException when the host has one of that name that is another
   */
  public void prepareCopy(VolumeRecord record, HostId host) throws IOException {
    HostLink link = hosts.link(host);
    EngineAnswer before = link.call("GET", path(record), SHORT);
    if (before.isOk() && isOf(record, before.json())) {
      removeCopy(record, host);
    }
    EngineAnswer answer = link.call("POST", "/volumes/create", body(record), CREATE);
    if (!answer.isOk() || !isOf(record, answer.json())) {
      throw new IOException(
          "the volume \"%s\" cannot be copied to host %s: %s"
              .formatted(
                  record.name(),
                  host,
                  answer.isOk() ? "there is one that nobody owns" : answer.message()));
    }
  }

  /** The copy on that host is the volume from now on. */
  public void moved(VolumeRecord record, HostId host) throws IOException {
    lists.refreshVolumes(host);
    try {
      if (!claims.update(record.at(host.value()))) {
        throw new IOException("the volume \"%s\" is just being removed".formatted(record.name()));
      }
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("the volume could not be recorded: " + e.getMessage(), e);
    }
  }

  /** Removes what is on a host of a volume that is elsewhere. */
  public void removeCopy(VolumeRecord record, HostId host) throws IOException {
    EngineAnswer answer = hosts.link(host).call("DELETE", path(record), CREATE);
    if (!answer.isOk() && answer.status() != 404) {
      throw new IOException(answer.message());
    }
    lists.refreshVolumes(host);
  }

  /** The settled records of a host's volumes. */
  public List<VolumeRecord> on(HostId host) {
    return claims.all().stream()
        .filter(record -> record.host().equals(host.value()))
        .filter(record -> record.state() == Claim.State.SETTLED)
        .toList();
  }

  /**
   * Where a volume goes that leaves its host by itself: to what it goes with, or else to the host
   * that has the fewest.
   *
   * @throws RefusedPlacementException when no other host takes it
   * @throws NoLeaderException when nobody can decide now
   */
  public HostId newHost(VolumeRecord record) throws NoLeaderException, RefusedPlacementException {
    TenantId tenant = new TenantId(record.tenant());
    return placer
        .spread(tenant, companions.hostsFor(tenant, record.labels()), claims.countByHost())
        .host();
  }

  /**
   * The record as ZooKeeper itself has it; empty when it is gone, or is another's.
   *
   * @throws IOException when ZooKeeper does not answer
   */
  public Optional<VolumeRecord> read(VolumeRecord record) throws IOException {
    try {
      return claims.read(record);
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("the volume could not be looked up: " + e.getMessage(), e);
    }
  }

  /** Removes a copy from a host of a volume that no record speaks of any more. */
  public void removeOrphan(String engineName, HostId host) throws IOException {
    EngineAnswer answer = hosts.link(host).call("DELETE", path(engineName), CREATE);
    if (!answer.isOk() && answer.status() != 404) {
      throw new IOException(answer.message());
    }
    lists.refreshVolumes(host);
  }

  /** The record of a tenant's volume. */
  public Optional<VolumeRecord> find(TenantId tenant, String name) {
    return claims.find(tenant, name);
  }

  /** A container is gone, and perhaps volumes with it: returns when the view shows which. */
  public void containerGone(Container container) {
    List<VolumeRecord> anonymous =
        container.volumes().stream()
            .map(name -> claims.find(container.tenant(), name))
            .flatMap(Optional::stream)
            .filter(VolumeRecord::anonymous)
            .toList();
    if (!anonymous.isEmpty()) {
      lists.refreshVolumes(container.host());
      Collection<VolumeRecord> missing = view.volumes().missing();
      anonymous.stream().filter(missing::contains).forEach(this::forgetWithContainer);
    }
  }

  private void forgetWithContainer(VolumeRecord record) {
    try {
      boolean _ = forgetIfGone(record);
    } catch (IOException e) {
      LOG.atDebug().addKeyValue("volume", record.name()).setCause(e).log("left to the leader");
    }
  }

  /** Removes the record of a volume that its host says it no longer has. */
  boolean forgetIfGone(VolumeRecord record) throws IOException {
    EngineAnswer answer = hosts.link(new HostId(record.host())).call("GET", path(record), SHORT);
    if (answer.status() != 404 || !isCurrent(record)) {
      return false;
    }
    forget(record);
    return true;
  }

  /** Whether that is still so: news that it is on another host by now can be late. */
  private boolean isCurrent(VolumeRecord record) throws IOException {
    try {
      return claims.isCurrent(record);
    } catch (Exception e) {
      throw new IOException("ZooKeeper does not answer: " + e.getMessage(), e);
    }
  }

  /** Whether this manager began that create and could not tell its client how it ended. */
  boolean isGivenUp(VolumeRecord record) {
    return givenUp.contains(record.id());
  }

  /** Finishes a create that nobody is at any more, or undoes one that was given up. */
  void settleOrUndo(VolumeRecord record) throws IOException {
    HostLink host = hosts.link(new HostId(record.host()));
    EngineAnswer answer = host.call("GET", path(record), SHORT);
    boolean isThere = answer.isOk() && isOf(record, answer.json());
    if (isThere && isGivenUp(record)) {
      EngineAnswer removed = host.call("DELETE", path(record), SHORT);
      if (removed.isOk() || removed.status() == 404) {
        forget(record);
      }
    } else if (isThere) {
      try {
        claims.update(record.settled());
      } catch (Exception e) {
        throw new IOException("not settled: " + e.getMessage(), e);
      }
    } else if (answer.isOk() || answer.status() == 404) {
      forget(record);
    }
  }

  private void forget(VolumeRecord record) {
    givenUp.remove(record.id());
    try {
      claims.remove(record);
    } catch (Exception e) {
      LOG.atWarn()
          .addKeyValue("tenant", record.tenant())
          .addKeyValue("volume", record.name())
          .setCause(e)
          .log("record not removed; the leader will");
    }
  }
}

package dev.berth.manager.view;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.common.id.ContainerId;
import dev.berth.common.id.ContainerName;
import dev.berth.common.id.HostId;
import dev.berth.common.id.ImageId;
import dev.berth.common.id.Labels;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.ContainerRecord;
import dev.berth.common.record.HostDescriptor;
import dev.berth.common.record.ImageRecord;
import dev.berth.common.wire.FeedMessage;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The picture of the fleet: what each engine showed, whose it is by the records, and what each
 * tenant may see of it.
 *
 * <p>Feeds and records write, under one lock; anyone reads, without it. A container belongs to a
 * tenant only while a record says so and the container's labels agree.
 */
public final class View {

  /** Hears of tenants' containers, one call at a time and in order. Must be quick, and not ask. */
  public interface Listener {
    /** A container is new or has changed. */
    void containerPut(Container container, String hostAddress);

    void containerRemoved(ContainerId container);
  }

  private final InstantSource clock;
  private final Events events;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition advanced = lock.newCondition();

  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final Volumes volumes;
  private final Networks networks;

  // Written under the lock.
  private final Map<HostId, HostView> hosts = new ConcurrentHashMap<>();
  private final Map<TenantId, TenantIndex> tenants = new ConcurrentHashMap<>();

  // Written by the image records' listener alone.
  private final Map<TenantId, OwnImages> ownImages = new ConcurrentHashMap<>();

  // Made anew when it is asked for and was emptied by a change.
  private volatile Optional<FleetImages> fleetImages = Optional.empty();

  // Guarded by the lock.
  private final Map<RecordId, ContainerRecord> records = new HashMap<>();
  private final Map<RecordId, Container> owned = new HashMap<>();
  private final Map<RecordId, Set<Place>> labelled = new HashMap<>();

  private record Place(HostId host, ContainerId container) {}

  public View(InstantSource clock, Events events) {
    this.clock = clock;
    this.events = events;
    this.volumes = new Volumes(this::isLost, events);
    this.networks = new Networks(this::isLost, events);
  }

  /** What that tenant has; a tenant that nobody knows has nothing. */
  public Scope in(TenantId tenant) {
    return new Scope(this, tenant, tenants.getOrDefault(tenant, new TenantIndex()));
  }

  /** To be called before anything is taken in. */
  public void listen(Listener listener) {
    listeners.add(listener);
  }

  public Events events() {
    return events;
  }

  public Volumes volumes() {
    return volumes;
  }

  public Networks networks() {
    return networks;
  }

  Instant now() {
    return clock.instant();
  }

  // Hosts

  /** A host is connected; what it has is known with its first snapshot. */
  public void hostJoined(HostDescriptor descriptor) {
    locked(
        () -> {
          HostId id = new HostId(descriptor.id());
          HostView host = hosts.computeIfAbsent(id, _ -> new HostView(descriptor));
          boolean moved = !host.descriptor.address().equals(descriptor.address());
          host.descriptor = descriptor;
          if (moved) {
            List.copyOf(host.containers.values()).forEach(seen -> own(id, host, seen));
          }
        });
  }

  /** A host does not answer: what it had is kept, and shown as down. */
  public void hostLeft(HostId id) {
    HostView host = hosts.get(id);
    if (host != null) {
      host.lost = true;
      fleetImages = Optional.empty();
    }
  }

  /** A host is no longer part of the cluster, and what it had is forgotten. */
  public void forgetHost(HostId id) {
    locked(
        () -> {
          HostView host = hosts.get(id);
          if (host != null) {
            List.copyOf(host.containers.keySet()).forEach(container -> drop(id, host, container));
            hosts.remove(id);
            fleetImages = Optional.empty();
            volumes.forgetHost(id);
            networks.forgetHost(id);
          }
        });
  }

  /** The images of tenants that neither another host nor, as far as is known, a registry has. */
  public List<ImageRecord> imagesOnlyOn(HostId id) {
    HostView host = hosts.get(id);
    if (host == null) {
      return List.of();
    }
    Set<String> there = new HashSet<>();
    host.images.forEach(image -> there.add(image.path("Id").asText()));
    FleetImages fleet = fleetImages();
    return ownImages.values().stream()
        .flatMap(own -> own.all().stream())
        .filter(image -> there.contains(image.id()) && image.digests().isEmpty())
        .filter(image -> fleet.hosts(image.id()).stream().allMatch(id::equals))
        .toList();
  }

  /** Whether a host, or the engine on it, does not answer. */
  public boolean isLost(HostId id) {
    HostView host = hosts.get(id);
    return host == null || host.lost;
  }

  /** The hosts that are known and do not answer. */
  public Collection<HostDescriptor> lostHosts() {
    return hosts.values().stream().filter(host -> host.lost).map(host -> host.descriptor).toList();
  }

  /** Takes in a message of a host's feed. */
  public void apply(HostId id, FeedMessage message) {
    locked(
        () -> {
          HostView host = hosts.get(id);
          if (host == null) {
            return;
          }
          take(id, host, message);
          host.seq = message.seq();
          advanced.signalAll();
        });
  }

  private void take(HostId id, HostView host, FeedMessage message) {
    switch (message) {
      case FeedMessage.Snapshot(
              long _,
              List<FeedMessage.ContainerState> containers,
              var images,
              var allVolumes,
              var allNetworks) -> {
        Set<ContainerId> there = new HashSet<>();
        for (FeedMessage.ContainerState container : containers) {
          Observed observed = Observed.of(container);
          there.add(observed.id());
          own(id, host, observed);
        }
        List.copyOf(host.containers.keySet()).stream()
            .filter(container -> !there.contains(container))
            .forEach(container -> drop(id, host, container));
        host.images = List.copyOf(images);
        volumes.snapshot(id, allVolumes);
        networks.snapshot(id, allNetworks);
        host.lost = false;
        fleetImages = Optional.empty();
      }
      case FeedMessage.ContainerChanged(long _, FeedMessage.ContainerState container) ->
          own(id, host, Observed.of(container));
      case FeedMessage.ContainerGone(long _, String container) ->
          drop(id, host, new ContainerId(container));
      case FeedMessage.ImagesChanged(long _, List<JsonNode> images) -> {
        host.images = List.copyOf(images);
        fleetImages = Optional.empty();
      }
      case FeedMessage.VolumesChanged(long _, var changed, var gone) ->
          volumes.changed(id, changed, gone);
      case FeedMessage.NetworksChanged(long _, var changed, var gone) ->
          networks.changed(id, changed, gone);
      case FeedMessage.EngineEvent(long _, JsonNode event) -> events.add(event);
      case FeedMessage.EngineDown _ -> {
        host.lost = true;
        fleetImages = Optional.empty();
      }
      case FeedMessage.Beat _ -> {}
    }
  }

  /** Waits until that message of the host's feed was taken in; false when it does not come. */
  public boolean awaitSeq(HostId id, long seq, Duration limit) {
    long nanos = limit.toNanos();
    lock.lock();
    try {
      while (true) {
        HostView host = hosts.get(id);
        if (host != null && host.seq >= seq) {
          return true;
        }
        if (nanos <= 0) {
          return false;
        }
        nanos = advanced.awaitNanos(nanos);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** A container was removed by this manager, whose feed may not have said so yet. */
  public void removed(HostId id, ContainerId container) {
    locked(
        () -> {
          HostView host = hosts.get(id);
          if (host != null) {
            drop(id, host, container);
          }
        });
  }

  // Ownership

  private void own(HostId id, HostView host, Observed observed) {
    host.containers.put(observed.id(), observed);
    observed
        .record()
        .ifPresent(
            record -> {
              labelled
                  .computeIfAbsent(record, _ -> new HashSet<>())
                  .add(new Place(id, observed.id()));
              claim(record, id, host, observed);
            });
  }

  /** Gives the container to its tenant if its record agrees. */
  private void claim(RecordId recordId, HostId hostId, HostView host, Observed observed) {
    ContainerRecord record = records.get(recordId);
    boolean agrees =
        record != null
            && record.host().equals(hostId.value())
            && record.tenant().equals(observed.label(Labels.TENANT))
            && (record.state() == ContainerRecord.State.PENDING
                || record.containerId().equals(observed.id().value()));
    Container before = owned.get(recordId);
    if (!agrees) {
      if (before != null && before.id().equals(observed.id())) {
        disown(recordId);
      }
      return;
    }
    TenantId tenant = new TenantId(record.tenant());
    ContainerName name = new ContainerName(record.name());
    Container container =
        new Container(
            recordId,
            tenant,
            name,
            hostId,
            observed,
            ListEntry.of(observed, tenant, name, host.descriptor.address()));
    TenantIndex index = tenants.computeIfAbsent(tenant, _ -> new TenantIndex());
    if (before != null) {
      index.remove(before);
    }
    index.put(container);
    owned.put(recordId, container);
    listeners.forEach(listener -> listener.containerPut(container, host.descriptor.address()));
  }

  private void disown(RecordId recordId) {
    Container container = owned.remove(recordId);
    if (container != null) {
      TenantIndex index = tenants.get(container.tenant());
      index.remove(container);
      listeners.forEach(listener -> listener.containerRemoved(container.id()));
    }
  }

  private void drop(HostId id, HostView host, ContainerId container) {
    Observed observed = host.containers.remove(container);
    if (observed == null) {
      return;
    }
    observed
        .record()
        .ifPresent(
            record -> {
              labelled.computeIfPresent(
                  record,
                  (_, places) -> {
                    places.remove(new Place(id, container));
                    return places.isEmpty() ? null : places;
                  });
              Container owner = owned.get(record);
              if (owner != null && owner.id().equals(container) && owner.host().equals(id)) {
                disown(record);
              }
            });
  }

  /** A record is new or has changed. */
  public void recordPut(ContainerRecord record) {
    locked(
        () -> {
          RecordId id = new RecordId(record.id());
          records.put(id, record);
          for (Place place : List.copyOf(labelled.getOrDefault(id, Set.of()))) {
            HostView host = hosts.get(place.host());
            claim(id, place.host(), host, host.containers.get(place.container()));
          }
        });
  }

  /** A record is gone, and with it the claim on its container. */
  public void recordRemoved(RecordId id) {
    locked(
        () -> {
          records.remove(id);
          disown(id);
        });
  }

  /** The containers on hosts that answer whose labels name Berth, and which are nobody's. */
  public List<Unowned> unowned() {
    return lockedGet(
        () -> {
          List<Unowned> found = new ArrayList<>();
          labelled.forEach(
              (record, places) -> {
                for (Place place : places) {
                  Container owner = owned.get(record);
                  boolean isOwned = owner != null && owner.id().equals(place.container());
                  HostView host = hosts.get(place.host());
                  if (!isOwned && !host.lost) {
                    Observed observed = host.containers.get(place.container());
                    found.add(
                        new Unowned(
                            place.host(),
                            place.container(),
                            Optional.of(record),
                            observed.tenant(),
                            observed.state()));
                  }
                }
              });
          return found;
        });
  }

  /** The tenants' containers that have volumes which no record of theirs names. */
  public List<Container> withUnrecordedVolumes() {
    return lockedGet(
        () ->
            owned.values().stream()
                .filter(container -> !unrecordedVolumes(container).isEmpty())
                .toList());
  }

  /** The engine's names of the volumes of a container that its tenant has no record of. */
  public List<String> unrecordedVolumes(Container container) {
    return container.volumes().stream()
        .filter(name -> !volumes.isRecorded(container.tenant(), container.ownName(name)))
        .toList();
  }

  /** The settled records whose container is not on its host, which answers. */
  public List<ContainerRecord> missing() {
    return lockedGet(
        () ->
            records.values().stream()
                .filter(record -> record.state() == ContainerRecord.State.SETTLED)
                .filter(
                    record -> {
                      HostView host = hosts.get(new HostId(record.host()));
                      return host != null
                          && !host.lost
                          && !host.containers.containsKey(new ContainerId(record.containerId()));
                    })
                .toList());
  }

  // Images

  /** An image record is new or has changed. */
  public void imagePut(ImageRecord record) {
    ownImages.merge(
        new TenantId(record.tenant()), OwnImages.NONE.with(record), (own, _) -> own.with(record));
  }

  /** An image record is gone. */
  public void imageRemoved(ImageRecord record) {
    ownImages.computeIfPresent(new TenantId(record.tenant()), (_, own) -> own.without(record.id()));
  }

  /** What that tenant can name. */
  public TenantImages imagesOf(TenantId tenant) {
    return new TenantImages(ownImages.getOrDefault(tenant, OwnImages.NONE), fleetImages());
  }

  private FleetImages fleetImages() {
    Optional<FleetImages> known = fleetImages;
    if (known.isPresent()) {
      return known.get();
    }
    lock.lock();
    try {
      FleetImages fresh = new FleetImages(hosts);
      fleetImages = Optional.of(fresh);
      return fresh;
    } finally {
      lock.unlock();
    }
  }

  /** The hosts that answer and have that image. */
  public Set<HostId> imageHosts(ImageId image) {
    return fleetImages().hosts(image.value());
  }

  /** The hosts that answer and whose engine knows an image by that digest, as name@sha256:…. */
  public Set<HostId> digestHosts(String digest) {
    return fleetImages().digestHosts(digest);
  }

  /** Whether an engine that answers gives that image an ordinary tag. */
  public boolean isShared(ImageId image) {
    return !fleetImages().sharedTags(image.value()).isEmpty();
  }

  /** Whether some container, of whatever owner, was made of that image. */
  public boolean isImageUsed(ImageId image) {
    return lockedGet(
        () ->
            hosts.values().stream()
                .flatMap(host -> host.containers.values().stream())
                .anyMatch(seen -> seen.summary().path("ImageID").asText().equals(image.value())));
  }

  /** The ids of the images that these references mean, and of all that were made from them. */
  Set<String> imageFamily(TenantId tenant, List<String> references) {
    TenantImages images = imagesOf(tenant);
    Set<String> family = new HashSet<>();
    for (String reference : references) {
      try {
        images.resolve(reference).ifPresent(image -> family.add(image.id().value()));
      } catch (ImageName.InvalidImageNameException e) {
        throw new Filters.InvalidFilterException(e.getMessage());
      }
    }
    boolean grew = !family.isEmpty();
    while (grew) {
      grew = false;
      for (JsonNode image : fleetImages().entries()) {
        if (family.contains(image.path("ParentId").asText())) {
          grew |= family.add(image.path("Id").asText());
        }
      }
    }
    return family;
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
    } finally {
      lock.unlock();
    }
  }

  private <T> T lockedGet(java.util.function.Supplier<T> question) {
    try {
      if (!lock.tryLock(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the view was busy for ten seconds");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    try {
      return question.get();
    } finally {
      lock.unlock();
    }
  }
}

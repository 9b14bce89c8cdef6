package dev.berth.manager;

import dev.berth.common.id.TenantId;
import dev.berth.common.record.ContainerRecord;
import dev.berth.common.record.ImageRecord;
import dev.berth.manager.cluster.Bridges;
import dev.berth.manager.cluster.ContainerRecords;
import dev.berth.manager.cluster.Containers;
import dev.berth.manager.cluster.EngineAnswer;
import dev.berth.manager.cluster.NetworkService;
import dev.berth.manager.cluster.VolumeService;
import dev.berth.manager.image.ImageRemoval;
import dev.berth.manager.ops.TenantObjects;
import dev.berth.manager.view.Container;
import dev.berth.manager.view.Filters;
import dev.berth.manager.view.Network;
import dev.berth.manager.view.Scope;
import dev.berth.manager.view.TenantImage;
import dev.berth.manager.view.View;
import dev.berth.manager.view.Volume;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The objects of tenants on all hosts. */
final class FleetTenantObjects implements TenantObjects {
  private final View view;
  private final ContainerRecords records;
  private final Containers containers;
  private final NetworkService networks;
  private final VolumeService volumes;
  private final Bridges bridges;
  private final ImageRemoval images;

  FleetTenantObjects(
      View view,
      ContainerRecords records,
      Containers containers,
      NetworkService networks,
      VolumeService volumes,
      Bridges bridges,
      ImageRemoval images) {
    this.view = view;
    this.records = records;
    this.containers = containers;
    this.networks = networks;
    this.volumes = volumes;
    this.bridges = bridges;
    this.images = images;
  }

  @Override
  public List<Owned> of(TenantId tenant) {
    Scope scope = view.in(tenant);
    List<Owned> all = new ArrayList<>();
    scope.all().forEach(container -> all.add(owned(container)));
    unseen(tenant).forEach(record -> all.add(owned(record)));
    own(scope).forEach(network -> all.add(owned(network)));
    scope.volumes(Filters.NONE).forEach(volume -> all.add(owned(volume)));
    for (TenantImage image : view.imagesOf(tenant).all()) {
      image.record().ifPresent(record -> all.add(owned(record)));
    }
    return all;
  }

  /** Containers that are just being made. */
  private List<ContainerRecord> unseen(TenantId tenant) {
    Set<String> seen = new HashSet<>();
    view.in(tenant).all().forEach(container -> seen.add(container.record().value()));
    return records.all().stream()
        .filter(record -> record.tenant().equals(tenant.value()))
        .filter(record -> !seen.contains(record.id()))
        .toList();
  }

  private static List<Network.Own> own(Scope scope) {
    List<Network.Own> own = new ArrayList<>();
    for (Network network : scope.networks(Filters.NONE)) {
      if (network instanceof Network.Own made) {
        own.add(made);
      }
    }
    return own;
  }

  private static Owned owned(Container container) {
    return new Owned("container", container.name().value(), container.host().value());
  }

  private static Owned owned(ContainerRecord record) {
    return new Owned("container", record.name(), record.host());
  }

  private static Owned owned(Network.Own network) {
    return new Owned("network", network.name(), network.host().value());
  }

  private static Owned owned(Volume volume) {
    return new Owned("volume", volume.name(), volume.host().value());
  }

  private static Owned owned(ImageRecord record) {
    return new Owned("image", record.tags().stream().findFirst().orElse(record.id()), "");
  }

  @FunctionalInterface
  private interface Work {
    EngineAnswer run() throws IOException;
  }

  /** What was removed so far, and what was not. */
  private static final class Progress {
    final List<Owned> removed = new ArrayList<>();
    final List<Kept> kept = new ArrayList<>();

    void attempt(Owned object, Work work) {
      try {
        EngineAnswer answer = work.run();
        if (answer.isOk() || answer.status() == 404) {
          removed.add(object);
        } else {
          kept.add(new Kept(object, answer.message()));
        }
      } catch (IOException | RuntimeException e) {
        kept.add(new Kept(object, e.getMessage()));
      }
    }
  }

  @Override
  public Removal removeAll(TenantId tenant) {
    Progress progress = new Progress();
    Scope scope = view.in(tenant);
    for (Container container : scope.all()) {
      progress.attempt(owned(container), () -> containers.remove(container, "?force=1&v=1"));
    }
    for (ContainerRecord record : unseen(tenant)) {
      progress.kept.add(new Kept(owned(record), "it is just being made, or its host is away"));
    }
    for (Network.Own network : own(scope)) {
      progress.attempt(owned(network), () -> networks.remove(network));
    }
    for (Volume volume : scope.volumes(Filters.NONE)) {
      progress.attempt(owned(volume), () -> volumes.remove(volume, true));
    }
    if (progress.kept.isEmpty()) {
      for (Network.Own bridge : scope.bridges()) {
        Owned object = new Owned("network", "bridge", bridge.host().value());
        progress.attempt(object, () -> bridges.remove(bridge));
      }
      removeImages(tenant, progress);
    }
    return new Removal(progress.removed, progress.kept);
  }

  private void removeImages(TenantId tenant, Progress progress) {
    try {
      images.removeAll(tenant).forEach(record -> progress.removed.add(owned(record)));
    } catch (IOException e) {
      progress.kept.add(new Kept(new Owned("image", "all", ""), e.getMessage()));
    }
  }
}

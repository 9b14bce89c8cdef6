package dev.berth.manager.http;

import dev.berth.common.id.TenantId;
import dev.berth.manager.cluster.Containers;
import dev.berth.manager.cluster.Explanation;
import dev.berth.manager.cluster.NoLeaderException;
import dev.berth.manager.cluster.VolumeService;
import dev.berth.manager.image.ImageException;
import dev.berth.manager.ops.DryRun;
import dev.berth.manager.tenant.Allotment;
import dev.berth.scheduler.quota.Quantity;
import dev.berth.scheduler.quota.Quota;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/** A create call up to the point where something would be made. */
final class CreateDryRun implements DryRun {
  private static final String NOT_HERE =
      "the image is not here yet: docker run pulls it first, and what it says of ports and labels"
          + " is not known until then";

  private final Creation creation;
  private final Containers containers;
  private final VolumeService volumes;
  private final Function<TenantId, Allotment> allotments;

  CreateDryRun(
      Creation creation,
      Containers containers,
      VolumeService volumes,
      Function<TenantId, Allotment> allotments) {
    this.creation = creation;
    this.containers = containers;
    this.volumes = volumes;
    this.allotments = allotments;
  }

  @Override
  public Explanation explain(TenantId tenant, Call call)
      throws IOException, NoLeaderException, RefusedException {
    try {
      boolean lacksImage = creation.lacksImage(tenant, call.body());
      Containers.Wanted wanted = lacksImage ? withoutImage(tenant, call) : whole(tenant, call);
      Explanation explanation = containers.explain(wanted).noting(lacksImage ? NOT_HERE : "");
      return explanation.isPlaced()
          ? excess(tenant, wanted.newVolumes().size())
              .map(excess -> explanation.refused(excess.sentence()))
              .orElse(explanation)
          : explanation;
    } catch (ApiException e) {
      throw new RefusedException(e.status(), e.getMessage());
    } catch (ImageException e) {
      throw new RefusedException(e.status(), e.getMessage());
    }
  }

  private Containers.Wanted whole(TenantId tenant, Call call) throws IOException {
    return creation.of(
        tenant, call.name(), call.body(), call.platform(), ContainersRoutes.HAS_PLATFORM);
  }

  private Containers.Wanted withoutImage(TenantId tenant, Call call) throws IOException {
    return creation.withoutImage(
        tenant, call.name(), call.body(), call.platform(), ContainersRoutes.HAS_PLATFORM);
  }

  /** Volumes are made one after the other, so the first that is too much is what is told. */
  private Optional<Quota.Excess> excess(TenantId tenant, int asked) {
    OptionalLong limit = allotments.apply(tenant).quota().limit(Quantity.VOLUMES);
    if (asked == 0 || limit.isEmpty()) {
      return Optional.empty();
    }
    long most = limit.getAsLong();
    long now = volumes.count(tenant);
    return now + asked <= most
        ? Optional.empty()
        : Optional.of(new Quota.Excess(Quantity.VOLUMES, most, Math.max(now, most), 1));
  }
}

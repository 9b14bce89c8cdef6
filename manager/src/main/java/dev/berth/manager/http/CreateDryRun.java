package dev.berth.manager.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.ContainerName;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.manager.cluster.Explanation;
import dev.berth.manager.cluster.NoLeaderException;
import dev.berth.manager.cluster.PlacementHints;
import dev.berth.manager.cluster.Placer;
import dev.berth.manager.ops.DryRun;
import dev.berth.manager.tenant.ContainerPolicy;
import dev.berth.manager.tenant.MalformedBodyException;
import dev.berth.manager.view.ImageName;
import dev.berth.manager.view.View;
import java.util.Optional;

/** A create call up to the point where something would be made. */
final class CreateDryRun implements DryRun {
  private final View view;
  private final ContainerPolicy policy;
  private final Placer placer;

  CreateDryRun(View view, ContainerPolicy policy, Placer placer) {
    this.view = view;
    this.policy = policy;
    this.placer = placer;
  }

  @Override
  public Explanation explain(TenantId tenant, Optional<ContainerName> name, ObjectNode body)
      throws NoLeaderException {
    ScopedNames names = new ScopedNames(view.in(tenant));
    ContainerPolicy.Admitted admitted = policy.admit(body, tenant, names);
    resolveImage(tenant, admitted.body());
    try {
      return placer.explain(
          new Placer.Wanted(
              Placer.Kind.CONTAINER,
              RecordId.random(),
              tenant,
              name.map(ContainerName::value).orElse(""),
              admitted.body(),
              PlacementHints.of(admitted.hints()),
              names.boundTo()));
    } catch (PlacementHints.MalformedException e) {
      throw new MalformedBodyException(e.getMessage());
    }
  }

  /**
   * Hosts that have an image are told by its id. What the tenant does not have is left as it is:
   * {@code docker run} would pull it.
   */
  private void resolveImage(TenantId tenant, ObjectNode body) {
    try {
      view.imagesOf(tenant)
          .resolve(body.path("Image").asText())
          .ifPresent(image -> body.put("Image", image.id().value()));
    } catch (ImageName.InvalidImageNameException e) {
      throw new MalformedBodyException(e.getMessage());
    }
  }
}

package dev.berth.manager.image;

import dev.berth.common.id.TenantId;
import dev.berth.manager.view.View;

/** The room that tenants' images take. Safe for any thread. */
public final class ImageUsage {
  private final View view;
  private final EngineImages engines;

  ImageUsage(View view, EngineImages engines) {
    this.view = view;
    this.engines = engines;
  }

  /** As of now, asked of the hosts that have them. */
  public LayerSizes of(TenantId tenant) {
    return LayerSizes.of(view.imagesOf(tenant).all(), engines);
  }
}

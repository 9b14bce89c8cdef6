package dev.berth.manager.http;

import dev.berth.common.id.TenantId;
import dev.berth.manager.tenant.Allotment;
import dev.berth.manager.view.View;
import dev.berth.scheduler.quota.Amounts;
import dev.berth.scheduler.quota.Quantity;
import java.util.Map;
import java.util.function.Function;

/**
 * Lets a tenant make or fetch an image while it has any room left for images. How large one will be
 * nobody knows before, so the last one can go over.
 */
final class ImageQuota {
  private final View view;
  private final Function<TenantId, Allotment> allotments;

  ImageQuota(View view, Function<TenantId, Allotment> allotments) {
    this.view = view;
    this.allotments = allotments;
  }

  void requireRoom(TenantId tenant) {
    var quota = allotments.apply(tenant).quota();
    if (quota.limit(Quantity.IMAGE_BYTES).isEmpty()) {
      return;
    }
    Amounts used = new Amounts(Map.of(Quantity.IMAGE_BYTES, view.imagesOf(tenant).ownBytes()));
    quota
        .excess(used, Amounts.one(Quantity.IMAGE_BYTES))
        .ifPresent(
            excess -> {
              throw new ApiException(
                  403,
                  "quota exceeded: of image-bytes this tenant may have %s and has %s; remove images, or ask an operator for more"
                      .formatted(
                          Quantity.IMAGE_BYTES.text(excess.limit()),
                          Quantity.IMAGE_BYTES.text(excess.used())));
            });
  }
}

package dev.berth.manager;

import dev.berth.common.id.TenantId;
import dev.berth.common.monitor.ContainerSample;
import dev.berth.manager.monitor.ContainerUse;
import dev.berth.manager.view.Container;
import dev.berth.manager.view.Resolution;
import dev.berth.manager.view.View;
import java.util.function.UnaryOperator;

/** Gives measured containers the names that their tenants know, as the view has them. */
record OwnNames(View view) implements UnaryOperator<ContainerUse> {

  @Override
  public ContainerUse apply(ContainerUse use) {
    ContainerSample sample = use.sample();
    if (sample.tenant().isEmpty()) {
      return use;
    }
    TenantId tenant;
    try {
      tenant = new TenantId(sample.tenant());
    } catch (IllegalArgumentException e) {
      return use;
    }
    if (view.in(tenant).resolve(sample.id().value())
        instanceof Resolution.Found(Container container)) {
      return new ContainerUse(
          use.host(),
          new ContainerSample(
              sample.id(), container.name().value(), sample.tenant(), sample.values()));
    }
    return use;
  }
}

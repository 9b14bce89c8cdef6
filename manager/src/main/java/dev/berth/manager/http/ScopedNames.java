package dev.berth.manager.http;

import dev.berth.common.id.HostId;
import dev.berth.manager.tenant.ContainerPolicy;
import dev.berth.manager.view.Container;
import dev.berth.manager.view.Resolution;
import dev.berth.manager.view.Scope;
import java.util.HashSet;
import java.util.Set;

/**
 * What a create body may name: the caller's own containers, which bind the new one to their host.
 */
final class ScopedNames implements ContainerPolicy.Resolver {
  private final Scope scope;
  private final Set<HostId> boundTo = new HashSet<>();

  ScopedNames(Scope scope) {
    this.scope = scope;
  }

  /** The hosts of all that was named. */
  Set<HostId> boundTo() {
    return Set.copyOf(boundTo);
  }

  @Override
  public String container(String reference) {
    if (scope.resolve(reference) instanceof Resolution.Found(Container container)) {
      boundTo.add(container.host());
      return container.id().value();
    }
    throw ApiException.noSuchContainer(reference);
  }
}

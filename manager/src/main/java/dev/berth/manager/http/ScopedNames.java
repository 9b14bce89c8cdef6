package dev.berth.manager.http;

import dev.berth.common.id.ContainerId;
import dev.berth.common.id.HostId;
import dev.berth.manager.tenant.NameScope;
import dev.berth.manager.view.Container;
import dev.berth.manager.view.Resolution;
import dev.berth.manager.view.Scope;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What a create body may name: the caller's own containers, which bind the new one to their host.
 */
final class ScopedNames implements NameScope {
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
  public Optional<ContainerId> container(String reference) {
    if (scope.resolve(reference) instanceof Resolution.Found(Container container)) {
      boundTo.add(container.host());
      return Optional.of(container.id());
    }
    throw ApiException.noSuchContainer(reference);
  }

  @Override
  public Optional<String> network(String reference) {
    return Optional.empty();
  }
}

package dev.berth.manager.http;

import dev.berth.common.id.ContainerId;
import dev.berth.common.id.HostId;
import dev.berth.manager.tenant.NameScope;
import dev.berth.manager.view.Container;
import dev.berth.manager.view.Network;
import dev.berth.manager.view.NetworkResolution;
import dev.berth.manager.view.Resolution;
import dev.berth.manager.view.Scope;
import dev.berth.manager.view.Volume;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** What a create body may name: the caller's own objects, which bind the new one to their host. */
final class ScopedNames implements NameScope {
  private final Scope scope;
  private final Map<HostId, String> bound = new LinkedHashMap<>();
  private final Set<String> newVolumes = new LinkedHashSet<>();

  ScopedNames(Scope scope) {
    this.scope = scope;
  }

  /** The hosts of all that was named. */
  Set<HostId> boundTo() {
    return Set.copyOf(bound.keySet());
  }

  /** The names of the volumes that are not there yet. */
  Set<String> newVolumes() {
    return Set.copyOf(newVolumes);
  }

  /**
   * Requires that what was named is together on one host that answers.
   *
   * @throws ApiException with the names of what is not
   */
  void requireReachable(Predicate<HostId> isLost) {
    if (bound.size() > 1) {
      List<String> what = List.copyOf(bound.values());
      throw new ApiException(
          409,
          ("the %s and the %s are on different hosts, and a container needs all that it is joined"
                  + " to on one: make one of them anew beside the other")
              .formatted(what.get(0), what.get(1)));
    }
    bound.forEach(
        (host, what) -> {
          if (isLost.test(host)) {
            throw new ApiException(
                503,
                "the %s is on a host that does not answer: wait until it is back, or use another"
                    .formatted(what));
          }
        });
  }

  @Override
  public Optional<ContainerId> container(String reference) {
    if (scope.resolve(reference) instanceof Resolution.Found(Container container)) {
      bound.putIfAbsent(container.host(), "container \"%s\"".formatted(container.name()));
      return Optional.of(container.id());
    }
    // Not 404, for the same reason as below.
    throw ApiException.badRequest("No such container: " + reference);
  }

  @Override
  public Optional<String> network(String reference) {
    if (scope.network(reference) instanceof NetworkResolution.Found(Network network)) {
      if (network instanceof Network.Own own) {
        bound.putIfAbsent(own.host(), "network \"%s\"".formatted(own.name()));
        return Optional.of(own.engineName());
      }
      return Optional.of(network.name());
    }
    // Not 404, which an engine answers at the start: at the create, the docker command takes it for
    // a missing image, and hides this sentence behind a pull.
    throw ApiException.badRequest("network %s not found".formatted(reference));
  }

  @Override
  public Optional<String> volume(String name) {
    Optional<Volume> volume = scope.volume(name);
    if (volume.isPresent()) {
      bound.putIfAbsent(volume.get().host(), "volume \"%s\"".formatted(name));
    } else {
      newVolumes.add(name);
    }
    return volume.map(Volume::engineName);
  }
}

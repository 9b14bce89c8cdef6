package dev.berth.scheduler.filter;

import dev.berth.common.id.HostId;
import dev.berth.scheduler.Filter;
import dev.berth.scheduler.HostState;
import dev.berth.scheduler.Request;

/**
 * A container must be with what it links to, takes volumes from or shares a network with. When that
 * is on two hosts, there is no place.
 */
final class DependencyFilter implements Filter {

  @Override
  public String name() {
    return "dependency";
  }

  @Override
  public boolean concerns(Request request) {
    return !request.dependencies().isEmpty();
  }

  @Override
  public boolean admits(HostState host, Request request) {
    for (HostId dependency : request.dependencies()) {
      if (!dependency.equals(host.id())) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String condition(Request request) {
    return request.dependencies().size() > 1
        ? "same host as all its links, volumes and networks of other containers, which are on several"
        : "same host as its links, volumes and networks of other containers";
  }

  @Override
  public String reason(HostState host, Request request) {
    return "what the container depends on is on %s"
        .formatted(
            String.join(
                " and ", request.dependencies().stream().map(HostId::value).sorted().toList()));
  }
}

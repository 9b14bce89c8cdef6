package dev.berth.scheduler.filter;

import dev.berth.scheduler.Filter;
import dev.berth.scheduler.HostPort;
import dev.berth.scheduler.HostState;
import dev.berth.scheduler.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A published port must be free, also of containers that are stopped: they want it again. Swarm
 * took 53/tcp and 53/udp for the same port; here each protocol has its own.
 */
final class PortFilter implements Filter {

  @Override
  public String name() {
    return "port";
  }

  @Override
  public boolean concerns(Request request) {
    return !request.ports().isEmpty();
  }

  @Override
  public Reach reach(Request request) {
    return Reach.HOLDERS_OF_PORTS;
  }

  @Override
  public boolean admits(HostState host, Request request) {
    for (HostPort port : request.ports()) {
      if (!host.isFree(port)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String condition(Request request) {
    List<String> ports = new ArrayList<>();
    request.ports().forEach(port -> ports.add("port " + port.port() + "/" + port.protocol()));
    return String.join(" ", ports);
  }

  @Override
  public String reason(HostState host, Request request) {
    List<String> taken = new ArrayList<>();
    for (HostPort port : request.ports()) {
      if (!host.isFree(port)) {
        taken.add(port.toString());
      }
    }
    return String.join(" and ", taken) + " already allocated";
  }

  @Override
  public Optional<String> shortfall(HostState host, Request request) {
    return Optional.of(reason(host, request));
  }

  /** The engine's: a single engine says it when the container is started. */
  @Override
  public Optional<String> wording(HostState nearest, Request request) {
    return request.ports().stream()
        .filter(port -> !nearest.isFree(port))
        .findFirst()
        .map(PortFilter::bindFailure);
  }

  private static String bindFailure(HostPort port) {
    String address = port.address();
    return "Bind for %s:%d failed: port is already allocated"
        .formatted(address.indexOf(':') < 0 ? address : "[" + address + "]", port.port());
  }
}

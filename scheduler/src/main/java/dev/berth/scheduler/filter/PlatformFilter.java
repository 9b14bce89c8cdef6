package dev.berth.scheduler.filter;

import dev.berth.scheduler.AskedPlatform;
import dev.berth.scheduler.Filter;
import dev.berth.scheduler.Host;
import dev.berth.scheduler.HostState;
import dev.berth.scheduler.Platform;
import dev.berth.scheduler.Request;
import java.util.Optional;

/**
 * A host must be of the platform that the create call asks for. What the host is, its engine says:
 * a label {@code architecture} can be anything that an operator gave it.
 */
final class PlatformFilter implements Filter {

  @Override
  public String name() {
    return "platform";
  }

  @Override
  public boolean concerns(Request request) {
    return request.demands().platform().isPresent();
  }

  @Override
  public boolean admits(HostState host, Request request) {
    Optional<AskedPlatform> asked = request.demands().platform();
    return asked.isEmpty() || asked.get().isServedBy(os(host), architecture(host));
  }

  private static String os(HostState host) {
    return platform(host).osType();
  }

  private static String architecture(HostState host) {
    return platform(host).architecture();
  }

  private static Platform platform(HostState host) {
    return host.description().map(Host::platform).orElse(Platform.UNKNOWN);
  }

  @Override
  public String condition(Request request) {
    return "platform " + request.demands().platform().map(AskedPlatform::toString).orElse("any");
  }

  @Override
  public String reason(HostState host, Request request) {
    return "it is %s/%s, and %s is asked for"
        .formatted(os(host), architecture(host), condition(request));
  }

  @Override
  public Optional<String> shortfall(HostState host, Request request) {
    return Optional.of(reason(host, request));
  }
}

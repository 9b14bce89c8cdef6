package dev.berth.scheduler.filter;

import dev.berth.common.resource.Bytes;
import dev.berth.common.resource.NanoCpus;
import dev.berth.common.resource.Resources;
import dev.berth.scheduler.Filter;
import dev.berth.scheduler.HostState;
import dev.berth.scheduler.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is asked for must be left. A dimension that is not asked for is not looked at, so that a
 * host that is over its limit in one can still serve requests for the other.
 *
 * <p>Exact to the byte, where Swarm compared whole percents and let a host go nearly one percent
 * over.
 */
final class ResourcesFilter implements Filter {
  @Override
  public String name() {
    return "resources";
  }

  @Override
  public Looks looks() {
    return Looks.AT_ROOM;
  }

  @Override
  public boolean admits(HostState host, Request request) {
    return hasCpus(host, request.resources().cpus())
        && hasMemory(host, request.resources().memory());
  }

  private static boolean hasCpus(HostState host, NanoCpus asked) {
    return fits(asked.value(), host.used().cpus().value(), host.limit().cpus().value());
  }

  private static boolean hasMemory(HostState host, Bytes asked) {
    return fits(asked.value(), host.used().memory().value(), host.limit().memory().value());
  }

  private static boolean fits(long asked, long used, long limit) {
    return asked == 0 || asked <= limit - used;
  }

  @Override
  public String condition(Request request) {
    Resources asked = request.resources();
    List<String> parts = new ArrayList<>();
    if (asked.cpus().value() > 0) {
      parts.add(asked.cpus().toString());
    }
    if (asked.memory().value() > 0) {
      parts.add(asked.memory() + " of memory");
    }
    return String.join(" and ", parts);
  }

  @Override
  public String reason(HostState host, Request request) {
    List<String> parts = new ArrayList<>();
    if (!hasCpus(host, request.resources().cpus())) {
      parts.add(
          "%s asked for, %s of %s reserved"
              .formatted(request.resources().cpus(), host.used().cpus(), host.limit().cpus()));
    }
    if (!hasMemory(host, request.resources().memory())) {
      parts.add(
          "%s of memory asked for, %s of %s reserved"
              .formatted(
                  request.resources().memory(), host.used().memory(), host.limit().memory()));
    }
    return String.join("; ", parts);
  }

  @Override
  public Optional<String> shortfall(HostState host, Request request) {
    List<String> parts = new ArrayList<>();
    if (!hasCpus(host, request.resources().cpus())) {
      NanoCpus left = new NanoCpus(Math.max(0, cpusLeft(host)));
      parts.add("%s asked for, %s left".formatted(request.resources().cpus(), left));
    }
    if (!hasMemory(host, request.resources().memory())) {
      Bytes left = new Bytes(Math.max(0, memoryLeft(host)));
      parts.add("%s of memory asked for, %s left".formatted(request.resources().memory(), left));
    }
    return Optional.of(String.join(" and ", parts));
  }

  @Override
  public long distance(HostState host, Request request) {
    return distance(cpusLeft(host), memoryLeft(host), request);
  }

  @Override
  public long distance(long cpuLeft, long memoryLeft, Request request) {
    return Math.max(
        Lack.of(request.resources().cpus().value(), cpuLeft),
        Lack.of(request.resources().memory().value(), memoryLeft));
  }

  private static long cpusLeft(HostState host) {
    return host.limit().cpus().value() - host.used().cpus().value();
  }

  private static long memoryLeft(HostState host) {
    return host.limit().memory().value() - host.used().memory().value();
  }

  @Override
  public Optional<String> wording(HostState nearest, Request request) {
    return Optional.of("no resources available to schedule container");
  }
}

package dev.berth.scheduler.filter;

import dev.berth.common.resource.Bytes;
import dev.berth.scheduler.Filter;
import dev.berth.scheduler.HostState;
import dev.berth.scheduler.Request;
import dev.berth.scheduler.ResourceKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Of what is asked for besides CPU and memory, enough must be left. */
final class ExtrasFilter implements Filter {

  @Override
  public String name() {
    return "extras";
  }

  @Override
  public boolean concerns(Request request) {
    return !request.demands().extras().isNone();
  }

  @Override
  public boolean sparesPlainHosts(Request request) {
    return request.demands().extras().amounts().keySet().stream()
        .allMatch(ResourceKind::isEverywhere);
  }

  @Override
  public boolean sparesPlainHostsWithGpus(Request request) {
    return request.demands().extras().amounts().keySet().stream()
        .allMatch(kind -> kind.isEverywhere() || kind.equals(ResourceKind.GPU));
  }

  @Override
  public boolean admits(HostState host, Request request) {
    if (request.demands().extras().isNone()) {
      return true;
    }
    for (Map.Entry<ResourceKind, Long> asked : request.demands().extras().amounts().entrySet()) {
      if (!host.hasRoom(asked.getKey(), asked.getValue())) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String condition(Request request) {
    List<String> parts = new ArrayList<>();
    new TreeMap<>(request.demands().extras().amounts())
        .forEach((kind, amount) -> parts.add(amount + " of " + kind));
    return String.join(" and ", parts);
  }

  @Override
  public String reason(HostState host, Request request) {
    List<String> parts = new ArrayList<>();
    new TreeMap<>(request.demands().extras().amounts())
        .forEach(
            (kind, amount) -> {
              if (!host.hasRoom(kind, amount)) {
                parts.add("%d of %s asked for, %s".formatted(amount, kind, stock(host, kind)));
              }
            });
    return String.join("; ", parts);
  }

  private static String stock(HostState host, ResourceKind kind) {
    long limit = host.extraLimit().of(kind);
    return limit == 0
        ? "it declares none"
        : "%d of %d reserved".formatted(host.extraUsed().of(kind), limit);
  }

  @Override
  public Optional<String> shortfall(HostState host, Request request) {
    List<String> parts = new ArrayList<>();
    new TreeMap<>(request.demands().extras().amounts())
        .forEach(
            (kind, amount) -> {
              if (!host.hasRoom(kind, amount)) {
                long left = Math.max(0, left(host, kind));
                parts.add(
                    "%s of %s asked for, %s left"
                        .formatted(text(kind, amount), kind, text(kind, left)));
              }
            });
    return Optional.of(String.join(" and ", parts));
  }

  @Override
  public long distance(HostState host, Request request) {
    long most = 0;
    for (Map.Entry<ResourceKind, Long> asked : request.demands().extras().amounts().entrySet()) {
      if (!host.hasRoom(asked.getKey(), asked.getValue())) {
        most = Math.max(most, Lack.of(asked.getValue(), left(host, asked.getKey())));
      }
    }
    return most;
  }

  private static long left(HostState host, ResourceKind kind) {
    return host.extraLimit().of(kind) - host.extraUsed().of(kind);
  }

  private static String text(ResourceKind kind, long amount) {
    return kind.equals(ResourceKind.DISK) ? new Bytes(amount).toString() : Long.toString(amount);
  }

  @Override
  public Optional<String> wording(HostState nearest, Request request) {
    List<String> scarce =
        request.demands().extras().amounts().entrySet().stream()
            .filter(asked -> !nearest.hasRoom(asked.getKey(), asked.getValue()))
            .map(asked -> asked.getKey().name())
            .sorted()
            .toList();
    return Optional.of(
        "no resources available to schedule container: too little is left of %s; ask for less, or an operator for more"
            .formatted(String.join(" and ", scarce)));
  }
}

package dev.berth.scheduler.filter;

import dev.berth.scheduler.Filter;
import dev.berth.scheduler.HostState;
import dev.berth.scheduler.Request;
import dev.berth.scheduler.expression.Topology;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The containers of a group stay evenly spread over the values of a host label. It counts over the
 * whole fleet, so it admits what asks for that only once it is {@link #prepared}.
 */
final class SpreadFilter implements Filter {
  private final List<Filter> fixed;

  /**
   * @param fixed what decides whether a host can ever have a container, full or not: a value of the
   *     label counts when one host with it is admitted by all of these
   */
  SpreadFilter(List<Filter> fixed) {
    this.fixed = List.copyOf(fixed);
  }

  @Override
  public String name() {
    return "spread";
  }

  @Override
  public Filter prepared(Collection<HostState> hosts, Request request) {
    List<Skew> skews = new ArrayList<>();
    for (Topology topology : request.hints().topologies()) {
      skews.add(Skew.count(topology, hosts, fixed, request));
    }
    return skews.isEmpty() ? this : new Counted(skews);
  }

  @Override
  public boolean concerns(Request request) {
    return !request.hints().topologies().isEmpty();
  }

  @Override
  public boolean admits(HostState host, Request request) {
    return request.hints().topologies().isEmpty();
  }

  @Override
  public String condition(Request request) {
    return String.join(" ", request.hints().topologies().stream().map(Topology::toString).toList());
  }

  @Override
  public String reason(HostState host, Request request) {
    return condition(request) + " has not been counted";
  }

  private final class Counted implements Filter {
    private final List<Skew> skews;

    Counted(List<Skew> skews) {
      this.skews = skews;
    }

    @Override
    public String name() {
      return SpreadFilter.this.name();
    }

    @Override
    public boolean admits(HostState host, Request request) {
      for (Skew skew : skews) {
        if (!skew.admits(host)) {
          return false;
        }
      }
      return true;
    }

    @Override
    public String condition(Request request) {
      return SpreadFilter.this.condition(request);
    }

    @Override
    public String reason(HostState host, Request request) {
      return String.join(
          "; ",
          skews.stream().filter(skew -> !skew.admits(host)).map(skew -> skew.why(host)).toList());
    }

    @Override
    public Optional<String> shortfall(HostState host, Request request) {
      return skews.stream()
          .filter(skew -> !skew.admits(host))
          .map(skew -> skew.shortfall(host))
          .findFirst();
    }
  }
}

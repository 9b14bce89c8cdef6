package dev.berth.scheduler.filter;

import dev.berth.scheduler.Filter;
import dev.berth.scheduler.HostCondition;
import dev.berth.scheduler.HostState;
import dev.berth.scheduler.Request;
import java.util.Optional;

/** Nothing new goes to a host that is not reached, or that an operator keeps free. */
final class HealthFilter implements Filter {

  @Override
  public String name() {
    return "health";
  }

  @Override
  public Looks looks() {
    return Looks.AT_KIND;
  }

  @Override
  public boolean admits(HostState host, Request request) {
    return host.condition() == HostCondition.HEALTHY;
  }

  @Override
  public String condition(Request request) {
    return "healthy";
  }

  @Override
  public String reason(HostState host, Request request) {
    return host.condition().sentence();
  }

  @Override
  public Optional<String> wording(HostState nearest, Request request) {
    return Optional.of("No healthy node available in the cluster");
  }
}

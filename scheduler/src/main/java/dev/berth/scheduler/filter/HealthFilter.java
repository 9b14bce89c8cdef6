package dev.berth.scheduler.filter;

import dev.berth.scheduler.Filter;
import dev.berth.scheduler.HostCondition;
import dev.berth.scheduler.HostState;
import dev.berth.scheduler.Pressure;
import dev.berth.scheduler.Request;
import java.util.Optional;

/**
 * Nothing new goes to a host that is not reached, that an operator keeps free, or that is too hard
 * pressed.
 */
final class HealthFilter implements Filter {
  private static final String PRESSED =
      "no resources available: the memory or the disk of every host that answers is nearly full; remove what"
          + " is not needed, or ask an operator";

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
    return host.condition() == HostCondition.HEALTHY && host.pressure() != Pressure.REFUSE;
  }

  @Override
  public String condition(Request request) {
    return "healthy";
  }

  @Override
  public String reason(HostState host, Request request) {
    return host.condition() == HostCondition.HEALTHY
        ? "it is too hard pressed"
        : host.condition().sentence();
  }

  @Override
  public Optional<String> wording(HostState nearest, Request request) {
    return Optional.of(
        nearest.condition() == HostCondition.HEALTHY
            ? PRESSED
            : "No healthy node available in the cluster");
  }
}

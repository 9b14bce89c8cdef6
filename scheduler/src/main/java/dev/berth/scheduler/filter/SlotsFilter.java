package dev.berth.scheduler.filter;

import dev.berth.scheduler.Filter;
import dev.berth.scheduler.HostState;
import dev.berth.scheduler.Request;
import java.util.Optional;

/**
 * A host with the label {@code containerslots=N} has at most N containers, stopped ones included. A
 * label that is not a whole number sets no bound (Swarm 1.2.9).
 */
final class SlotsFilter implements Filter {
  @Override
  public String name() {
    return "containerslots";
  }

  @Override
  public boolean sparesPlainHosts(Request request) {
    return true;
  }

  @Override
  public boolean admits(HostState host, Request request) {
    return host.containers() < host.slots();
  }

  @Override
  public String condition(Request request) {
    return "available container slots";
  }

  @Override
  public String reason(HostState host, Request request) {
    return "all of its %s container slots are taken"
        .formatted(host.labels().get(HostState.SLOTS_LABEL));
  }

  @Override
  public Optional<String> shortfall(HostState host, Request request) {
    return Optional.of("all of its container slots are taken");
  }
}

package dev.berth.scheduler.filter;

import dev.berth.scheduler.Filter;
import dev.berth.scheduler.HostState;
import dev.berth.scheduler.Request;

/**
 * A host with the label {@code containerslots=N} has at most N containers, stopped ones included. A
 * label that is not a whole number sets no bound (Swarm 1.2.9).
 */
final class SlotsFilter implements Filter {
  private static final String LABEL = "containerslots";

  @Override
  public String name() {
    return "containerslots";
  }

  @Override
  public boolean admits(HostState host, Request request) {
    String slots = host.labels().get(LABEL);
    return slots == null || host.containers() < bound(slots);
  }

  private static int bound(String slots) {
    try {
      return Integer.parseInt(slots);
    } catch (NumberFormatException e) {
      return Integer.MAX_VALUE;
    }
  }

  @Override
  public String condition(Request request) {
    return "available container slots";
  }

  @Override
  public String reason(HostState host, Request request) {
    return "all of its %s container slots are taken".formatted(host.labels().get(LABEL));
  }
}

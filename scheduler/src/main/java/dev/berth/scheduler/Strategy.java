package dev.berth.scheduler;

import java.util.List;

/** Which of the hosts that all filters admit is to have the container. Deterministic. */
public interface Strategy {

  /** As users and configuration call it. */
  String name();

  /**
   * Chooses one.
   *
   * @param candidates at least one, by ascending {@link dev.berth.common.id.HostId}
   */
  HostState choose(List<HostState> candidates, Request request);
}

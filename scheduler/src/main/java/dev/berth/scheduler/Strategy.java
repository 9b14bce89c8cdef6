package dev.berth.scheduler;

import java.util.List;
import java.util.OptionalLong;

/** Which of the hosts that all filters admit is to have the container. Deterministic. */
public interface Strategy {

  /** As users and configuration call it. */
  String name();

  /** How it values a host that all filters admit; empty when it has no scores. */
  default OptionalLong score(HostState host, Request request) {
    return OptionalLong.empty();
  }

  /**
   * Chooses one.
   *
   * @param candidates at least one, by ascending {@link dev.berth.common.id.HostId}
   */
  HostState choose(List<HostState> candidates, Request request);
}

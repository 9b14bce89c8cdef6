package dev.berth.scheduler;

import java.util.List;
import java.util.OptionalLong;

/** Which of the hosts that all filters admit is to have the container. Deterministic. */
public interface Strategy {

  /** As users and configuration call it. */
  String name();

  /** The order of hosts that a strategy stands for, where an index can follow it. */
  enum Order {
    /** By classic Swarm's score ascending, then containers ascending, then id. */
    LEAST_FULL,
    /** By classic Swarm's score descending, then containers descending, then id ascending. */
    FULLEST,
    /** Any other. */
    OTHER
  }

  default Order order() {
    return Order.OTHER;
  }

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

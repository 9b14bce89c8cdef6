package dev.berth.scheduler;

/** What a host must fulfil, in the order in which it is asked (as in classic Swarm 1.2.9). */
public enum Filter {
  HEALTH("do not answer", "No healthy node available in the cluster") {
    @Override
    boolean admits(Ledger host, Request request) {
      return host.host().healthy();
    }
  },
  PORT("have the port taken", "no host has the published port free: port is already allocated") {
    @Override
    boolean admits(Ledger host, Request request) {
      return request.ports().stream().noneMatch(host::isTaken);
    }
  },
  DEPENDENCY(
      "do not have the containers that it is joined to",
      "the containers that it is joined to are not together on one host") {
    @Override
    boolean admits(Ledger host, Request request) {
      return request.boundTo().stream().allMatch(host.host().id()::equals);
    }
  },
  RESOURCES(
      "have too little CPU or memory left",
      "no resources available to schedule container: lower its limits or remove another") {
    @Override
    boolean admits(Ledger host, Request request) {
      return host.hasRoomFor(request.resources());
    }
  };

  private final String reason;
  private final String verdict;

  Filter(String reason, String verdict) {
    this.reason = reason;
    this.verdict = verdict;
  }

  /** Whether the host may take the request. */
  abstract boolean admits(Ledger host, Request request);

  /** What the hosts do that this took away, as the end of a sentence. */
  public String reason() {
    return reason;
  }

  /** What is said when this took away the last host. */
  public String verdict() {
    return verdict;
  }
}

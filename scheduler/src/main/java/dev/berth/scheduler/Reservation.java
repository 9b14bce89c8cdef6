package dev.berth.scheduler;

import java.util.List;

/** What one container has on its host: what the request says, read out once. */
final class Reservation {
  private final int number;
  private final Tenancy tenancy;
  private final long high;
  private final long low;
  private final long cpu;
  private final long memory;
  private final List<HostPort> ports;
  private final Extras extras;
  private Request request;
  private List<LabelHosts.Holders> labelled = List.of();

  /** Its place among what its host has. */
  private int at;

  /**
   * @param number of its host
   * @param high the first half of the container's id
   * @param low the second half of the container's id
   */
  Reservation(Request request, long high, long low, int number, Tenancy tenancy) {
    this.request = request;
    this.number = number;
    this.tenancy = tenancy;
    this.high = high;
    this.low = low;
    this.cpu = request.resources().cpus().value();
    this.memory = request.resources().memory().value();
    this.ports = request.ports();
    this.extras = request.demands().extras();
  }

  Request request() {
    return request;
  }

  /** Its host's. */
  int number() {
    return number;
  }

  /** Whether it has nothing but CPU and memory. */
  boolean isBare() {
    return ports.isEmpty() && extras.isNone();
  }

  Tenancy tenancy() {
    return tenancy;
  }

  /** The first half of the container's id. */
  long high() {
    return high;
  }

  /** The second half of the container's id. */
  long low() {
    return low;
  }

  /** Whether these are the halves of the container's id. */
  boolean is(long otherHigh, long otherLow) {
    return high == otherHigh && low == otherLow;
  }

  int at() {
    return at;
  }

  void at(int newAt) {
    at = newAt;
  }

  long cpu() {
    return cpu;
  }

  long memory() {
    return memory;
  }

  List<HostPort> ports() {
    return ports;
  }

  Extras extras() {
    return extras;
  }

  /** Among whom it is counted for labels that it has. */
  List<LabelHosts.Holders> labelled() {
    return labelled;
  }

  void labelled(List<LabelHosts.Holders> newLabelled) {
    labelled = newLabelled;
  }

  void describe(ContainerFacts facts) {
    request = request.withFacts(facts);
  }
}

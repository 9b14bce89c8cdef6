package dev.berth.benchmarks.placement;

import java.util.List;

/**
 * What wants a place.
 *
 * @param milliCpus thousandths of a CPU
 * @param memory MiB
 * @param zone the zone that it must be in; negative for any
 * @param role a group whose members avoid each other; negative for none
 * @param port of the host; 0 for none
 * @param gpus thousandths of GPUs
 * @param models of GPUs, of which the host's must be one; empty for any
 */
record Task(
    int id,
    int milliCpus,
    int memory,
    int zone,
    int role,
    int port,
    int gpus,
    List<String> models) {
  Task(int id, int milliCpus, int memory, int zone, int role, int port) {
    this(id, milliCpus, memory, zone, role, port, 0, List.of());
  }

  /** The same for another container. */
  Task as(int newId) {
    return new Task(newId, milliCpus, memory, zone, role, port, gpus, models);
  }

  boolean mayBeOn(Shape host) {
    return (zone < 0 || zone == host.zone()) && (models.isEmpty() || models.contains(host.model()));
  }
}

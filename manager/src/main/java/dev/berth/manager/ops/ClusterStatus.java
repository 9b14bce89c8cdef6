package dev.berth.manager.ops;

import dev.berth.common.id.HostId;
import java.util.List;
import java.util.Map;

/** What operators see of the fleet. Safe for any thread; answers from memory. */
public interface ClusterStatus {

  /**
   * The cluster in a line.
   *
   * @param version of this manager
   * @param leader the manager that places, or empty while there is none
   * @param managers the managers that run
   * @param hosts the hosts that have joined
   * @param hostsUp the hosts whose agent is connected
   * @param containers of all tenants
   * @param warnings what an operator should see to, a sentence each
   */
  record Summary(
      String version,
      String leader,
      List<String> managers,
      int hosts,
      int hostsUp,
      int containers,
      List<String> warnings) {}

  /**
   * A host that has joined.
   *
   * @param state pending, healthy, unreachable, cordoned, draining, drained or revoked
   * @param trouble why one that says that it is there does not answer, in a sentence; else empty
   * @param address empty while it does not answer
   * @param memory in bytes, of the machine
   * @param reservedMemory in bytes, by its containers
   * @param reservedCpus in cores, by its containers
   * @param resources what it says that it has besides, by kind
   */
  record Host(
      HostId id,
      String name,
      String state,
      String trouble,
      String address,
      String engineVersion,
      int cpus,
      double reservedCpus,
      long memory,
      long reservedMemory,
      int containers,
      Map<String, Stock> resources,
      Map<String, String> labels) {}

  /** So much of something a host has, and so much of it containers have reserved. */
  record Stock(long total, long reserved) {}

  Summary summary();

  /** All hosts, in the order of their ids. */
  List<Host> hosts();
}

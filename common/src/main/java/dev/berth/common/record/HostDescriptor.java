package dev.berth.common.record;

import java.util.Map;

/**
 * What a host's agent says of it, for as long as it is connected.
 *
 * @param id its {@link dev.berth.common.id.HostId}
 * @param name the host's name
 * @param address where the host is reached: its published ports are there
 * @param port the agent's port on that address
 * @param engineVersion the Docker engine's version, as 20.10.24
 * @param apiVersion the newest Engine API that the engine speaks, as 1.41
 * @param minApiVersion the oldest
 * @param cpus number of CPUs
 * @param memory in bytes
 * @param storageDriver as overlay2
 * @param operatingSystem as Debian GNU/Linux 12 (bookworm)
 * @param osType as linux
 * @param architecture as x86_64
 * @param kernelVersion as 6.1.0
 * @param groups the control group in which those of the tenants are, a path or a slice of
 *     systemd's; empty when tenants have none there
 * @param labels the engine's labels and those given to the agent
 */
public record HostDescriptor(
    String id,
    String name,
    String address,
    int port,
    String engineVersion,
    String apiVersion,
    String minApiVersion,
    int cpus,
    long memory,
    String storageDriver,
    String operatingSystem,
    String osType,
    String architecture,
    String kernelVersion,
    String groups,
    Map<String, String> labels) {

  public HostDescriptor {
    // An older agent says nothing of them.
    groups = groups == null ? "" : groups;
  }
}

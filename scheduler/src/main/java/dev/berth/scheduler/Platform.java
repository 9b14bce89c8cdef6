package dev.berth.scheduler;

import java.util.Map;

/**
 * What an engine says of the machine under it ({@code GET /info}). Constraints see it under the
 * keys that Swarm 1.2.9 gave each host on its own, and under {@code architecture} and {@code
 * engineversion}.
 */
public record Platform(
    String storageDriver,
    String kernelVersion,
    String operatingSystem,
    String osType,
    String architecture,
    String engineVersion) {
  /** Of a machine of which nothing is known. */
  public static final Platform UNKNOWN = new Platform("", "", "", "", "", "");

  Map<String, String> labels() {
    return Map.of(
        "storagedriver", storageDriver,
        "kernelversion", kernelVersion,
        "operatingsystem", operatingSystem,
        "ostype", osType,
        "architecture", architecture,
        "engineversion", engineVersion);
  }
}

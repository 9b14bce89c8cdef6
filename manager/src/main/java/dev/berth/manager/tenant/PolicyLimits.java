package dev.berth.manager.tenant;

import java.util.Map;
import java.util.TreeMap;

/**
 * The bounds of a tenant's policy that are numbers.
 *
 * @param shmBytes the most that {@code /dev/shm} may hold
 * @param tmpfsBytes the most that one tmpfs may hold
 * @param pids the most processes of a container, and what it gets when it asks for none or for no
 *     limit
 * @param openFiles the highest {@code nofile} limit
 * @param lockedBytes the highest {@code memlock} limit
 * @param lowestHostPort the lowest port of a host that can be published on
 */
public record PolicyLimits(
    long shmBytes,
    long tmpfsBytes,
    long pids,
    long openFiles,
    long lockedBytes,
    int lowestHostPort) {
  private static final long GIB = 1L << 30;

  public static final PolicyLimits DEFAULT =
      new PolicyLimits(GIB, 4 * GIB, 4096, 1 << 20, 64L << 20, 1);

  /** By the names that operators know them by. */
  private Map<String, Long> byName() {
    Map<String, Long> limits = new TreeMap<>();
    limits.put("shm-bytes", shmBytes);
    limits.put("tmpfs-bytes", tmpfsBytes);
    limits.put("pids", pids);
    limits.put("open-files", openFiles);
    limits.put("locked-bytes", lockedBytes);
    limits.put("lowest-host-port", (long) lowestHostPort);
    return limits;
  }

  /**
   * With others in the place of some.
   *
   * @throws IllegalArgumentException with a sentence, for a name that there is not
   */
  PolicyLimits with(Map<String, Long> changes) {
    Map<String, Long> limits = byName();
    changes.forEach(
        (name, value) -> {
          if (limits.replace(name, value) == null) {
            throw new IllegalArgumentException(
                "there is no limit %s; there are %s"
                    .formatted(name, String.join(", ", limits.keySet())));
          }
        });
    return new PolicyLimits(
        limits.get("shm-bytes"),
        limits.get("tmpfs-bytes"),
        limits.get("pids"),
        limits.get("open-files"),
        limits.get("locked-bytes"),
        Math.toIntExact(Math.min(65_536, limits.get("lowest-host-port"))));
  }

  /** Those that are others than there. */
  Map<String, Long> differences(PolicyLimits other) {
    Map<String, Long> limits = byName();
    limits.entrySet().removeAll(other.byName().entrySet());
    return limits;
  }
}

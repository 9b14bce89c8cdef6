package dev.berth.manager.tenant;

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
}

package dev.berth.manager.limit;

/**
 * What a tenant may have, of each 0 for no limit.
 *
 * @param requestsPerSecond for long
 * @param burst at once after a pause; at least 1
 * @param calls in progress, streams aside
 * @param streams open
 * @param transfers of images or file systems under way
 * @param scans of the hosts' disks under way
 * @param eventsPerSecond to all listeners together
 * @param failedLogins a second, of an address
 * @param connections of an address, to one listener
 * @param processes and threads on one host
 */
public record LimitConfig(
    int requestsPerSecond,
    int burst,
    int calls,
    int streams,
    int transfers,
    int scans,
    int eventsPerSecond,
    int failedLogins,
    int connections,
    int processes) {
  public static final LimitConfig NONE = new LimitConfig(0, 1, 0, 0, 0, 0, 0, 0, 0, 0);

  public LimitConfig {
    if (burst < 1) {
      throw new IllegalArgumentException("a burst is at least one request");
    }
  }
}

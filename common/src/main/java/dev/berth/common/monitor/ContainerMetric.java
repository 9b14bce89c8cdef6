package dev.berth.common.monitor;

/** What is measured of a container that runs. What a kernel does not tell is absent, never zero. */
public enum ContainerMetric implements Metric {
  CPU_CORES("cpu_used_cores", Kind.RATE, true, "Cores in use, on average since the last sample"),
  CPU_SECONDS("cpu_seconds_total", Kind.COUNTER, false, "Seconds of a core used since the start"),
  MEMORY_USED(
      "memory_used_bytes", Kind.GAUGE, true, "Memory in use without cache that can be dropped"),
  MEMORY_LIMIT("memory_limit_bytes", Kind.GAUGE, false, "Memory that it may use"),
  PROCESSES("processes", Kind.GAUGE, false, "Processes and threads in it"),
  BLOCK_READ("block_read_bytes_total", Kind.COUNTER, false, "Bytes read from block devices"),
  BLOCK_READ_RATE(
      "block_read_bytes_per_second", Kind.RATE, true, "Bytes read from block devices a second"),
  BLOCK_WRITTEN("block_written_bytes_total", Kind.COUNTER, false, "Bytes written to block devices"),
  BLOCK_WRITE_RATE(
      "block_written_bytes_per_second", Kind.RATE, true, "Bytes written to block devices a second"),
  NETWORK_RECEIVED("network_received_bytes_total", Kind.COUNTER, false, "Bytes received"),
  NETWORK_RECEIVE_RATE(
      "network_received_bytes_per_second", Kind.RATE, true, "Bytes received a second"),
  NETWORK_SENT("network_sent_bytes_total", Kind.COUNTER, false, "Bytes sent"),
  NETWORK_SEND_RATE("network_sent_bytes_per_second", Kind.RATE, true, "Bytes sent a second"),
  RESTARTS("restarts_total", Kind.COUNTER, false, "Restarts by the engine"),
  OOM_KILLS("oom_kills_total", Kind.COUNTER, false, "Processes killed for want of memory"),
  HEALTH("health", Kind.GAUGE, false, "Health check: 0 none, 1 starting, 2 healthy, 3 unhealthy");

  // A record of strings, an enum and a truth: Error Prone knows no record as immutable by itself.
  @SuppressWarnings("ImmutableEnumChecker")
  private final Meaning meaning;

  ContainerMetric(String key, Kind kind, boolean isKept, String help) {
    meaning = new Meaning(key, kind, isKept, help);
  }

  @Override
  public Meaning meaning() {
    return meaning;
  }
}

package dev.berth.common.monitor;

/** What is measured of a host. What a kernel does not tell is absent, never zero. */
public enum HostMetric implements Metric {
  CPU_CORES("cpu_used_cores", Kind.RATE, true, "Cores in use, on average since the last sample"),
  CPU_SECONDS("cpu_seconds_total", Kind.COUNTER, false, "Seconds of a core in use since boot"),
  CPUS("cpus", Kind.GAUGE, false, "Cores that the host has"),
  LOAD_1("load1", Kind.GAUGE, true, "Load average of a minute"),
  LOAD_5("load5", Kind.GAUGE, false, "Load average of 5 minutes"),
  LOAD_15("load15", Kind.GAUGE, false, "Load average of 15 minutes"),
  MEMORY_TOTAL("memory_total_bytes", Kind.GAUGE, false, "Memory that the host has"),
  MEMORY_USED("memory_used_bytes", Kind.GAUGE, true, "Memory that is not available to new work"),
  MEMORY_AVAILABLE(
      "memory_available_bytes", Kind.GAUGE, false, "Memory for new work without swapping"),
  SWAP_TOTAL("swap_total_bytes", Kind.GAUGE, false, "Swap space that the host has"),
  SWAP_USED("swap_used_bytes", Kind.GAUGE, true, "Swap space in use"),
  CPU_PRESSURE(
      "cpu_pressure_ratio", Kind.GAUGE, true, "Share of 10 s in which some task waited for a core"),
  MEMORY_PRESSURE(
      "memory_pressure_ratio",
      Kind.GAUGE,
      true,
      "Share of 10 s in which some task waited for memory"),
  IO_PRESSURE(
      "io_pressure_ratio", Kind.GAUGE, true, "Share of 10 s in which some task waited for a disk"),
  DISK_TOTAL("disk_total_bytes", Kind.GAUGE, false, "Size of the engine's data root"),
  DISK_USED("disk_used_bytes", Kind.GAUGE, true, "Bytes in use on the engine's data root"),
  DISK_FREE("disk_free_bytes", Kind.GAUGE, false, "Bytes that the engine's data root still takes"),
  INODES("inodes", Kind.GAUGE, false, "Inodes of the engine's data root"),
  INODES_FREE("inodes_free", Kind.GAUGE, false, "Inodes that are free on the engine's data root"),
  DISK_READ("disk_read_bytes_total", Kind.COUNTER, false, "Bytes read from disks since boot"),
  DISK_READ_RATE("disk_read_bytes_per_second", Kind.RATE, true, "Bytes read from disks a second"),
  DISK_WRITTEN("disk_written_bytes_total", Kind.COUNTER, false, "Bytes written since boot"),
  DISK_WRITE_RATE(
      "disk_written_bytes_per_second", Kind.RATE, true, "Bytes written to disks a second"),
  NETWORK_RECEIVED(
      "network_received_bytes_total", Kind.COUNTER, false, "Bytes received since boot"),
  NETWORK_RECEIVE_RATE(
      "network_received_bytes_per_second", Kind.RATE, true, "Bytes received a second"),
  NETWORK_SENT("network_sent_bytes_total", Kind.COUNTER, false, "Bytes sent since boot"),
  NETWORK_SEND_RATE("network_sent_bytes_per_second", Kind.RATE, true, "Bytes sent a second"),
  TEMPERATURE("temperature_celsius", Kind.GAUGE, true, "Temperature of the warmest zone"),
  GPUS("gpus", Kind.GAUGE, false, "GPUs that tell of their use"),
  GPU_BUSY(
      "gpu_busy_ratio", Kind.GAUGE, true, "Share of the time that GPUs work, on average of all"),
  GPU_MEMORY_TOTAL("gpu_memory_total_bytes", Kind.GAUGE, false, "Memory of all GPUs"),
  GPU_MEMORY_USED("gpu_memory_used_bytes", Kind.GAUGE, true, "Memory in use of all GPUs"),
  MEMORY_LEVEL(
      "memory_level", Kind.GAUGE, true, "Pressure on memory: 0 none, 1 avoid, 2 refuse new work"),
  DISK_LEVEL(
      "disk_level", Kind.GAUGE, true, "Pressure on the disk: 0 none, 1 avoid, 2 refuse new work"),
  CONTAINERS("containers_running", Kind.GAUGE, true, "Containers that run");

  // A record of strings, an enum and a truth: Error Prone knows no record as immutable by itself.
  @SuppressWarnings("ImmutableEnumChecker")
  private final Meaning meaning;

  HostMetric(String key, Kind kind, boolean isKept, String help) {
    meaning = new Meaning(key, kind, isKept, help);
  }

  @Override
  public Meaning meaning() {
    return meaning;
  }
}

package dev.berth.agent.monitor;

import dev.berth.agent.monitor.KernelText.Flow;
import dev.berth.common.monitor.ContainerMetric;
import dev.berth.common.monitor.Values;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Reads what one container uses from its control groups and its network namespace. Memory is as
 * {@code docker stats} has it: without the cache of files that are not in use.
 */
final class ContainerMeter {
  private static final long NO_LIMIT = 1L << 60;
  private static final double NANO = 1e9;
  private static final double MICRO = 1e6;

  private final HostFiles files;
  private final long pid;
  private final boolean isUnified;
  private final Map<String, String> directories;

  /** For the container whose first process is this one. */
  ContainerMeter(HostFiles files, CgroupMounts mounts, long pid) {
    this.files = files;
    this.pid = pid;
    this.isUnified = mounts.isUnified();
    this.directories = mounts.directories(files.read("/proc/" + pid + "/cgroup"));
  }

  long pid() {
    return pid;
  }

  /** What is used now; only what the kernel tells is in it. */
  Values<ContainerMetric> read() {
    Values<ContainerMetric> values = new Values<>(ContainerMetric.values());
    if (isUnified) {
      readUnified(values);
    } else {
      readHierarchies(values);
    }
    String dev = files.read("/proc/" + pid + "/net/dev");
    if (!dev.isEmpty()) {
      Flow network = KernelText.allInterfaces(dev);
      values.put(ContainerMetric.NETWORK_RECEIVED, network.in());
      values.put(ContainerMetric.NETWORK_SENT, network.out());
    }
    return values;
  }

  private void readUnified(Values<ContainerMetric> values) {
    put(
        values,
        ContainerMetric.CPU_SECONDS,
        KernelText.stat(text("", "cpu.stat"), "usage_usec"),
        1 / MICRO);
    OptionalLong usage = KernelText.number(text("", "memory.current"));
    memory(values, usage, KernelText.stat(text("", "memory.stat"), "inactive_file"));
    put(values, ContainerMetric.MEMORY_LIMIT, KernelText.number(text("", "memory.max")), 1);
    put(
        values,
        ContainerMetric.OOM_KILLS,
        KernelText.stat(text("", "memory.events"), "oom_kill"),
        1);
    put(values, ContainerMetric.PROCESSES, KernelText.number(text("", "pids.current")), 1);
    block(values, KernelText.blockV2(text("", "io.stat")));
  }

  private void readHierarchies(Values<ContainerMetric> values) {
    put(
        values,
        ContainerMetric.CPU_SECONDS,
        KernelText.number(text("cpuacct", "cpuacct.usage")),
        1 / NANO);
    OptionalLong usage = KernelText.number(text("memory", "memory.usage_in_bytes"));
    memory(values, usage, KernelText.stat(text("memory", "memory.stat"), "total_inactive_file"));
    OptionalLong limit = KernelText.number(text("memory", "memory.limit_in_bytes"));
    if (limit.isPresent() && limit.getAsLong() < NO_LIMIT) {
      values.put(ContainerMetric.MEMORY_LIMIT, limit.getAsLong());
    }
    put(
        values,
        ContainerMetric.OOM_KILLS,
        KernelText.stat(text("memory", "memory.oom_control"), "oom_kill"),
        1);
    put(values, ContainerMetric.PROCESSES, KernelText.number(text("pids", "pids.current")), 1);
    block(values, KernelText.blockV1(text("blkio", "blkio.throttle.io_service_bytes_recursive")));
  }

  private static void memory(
      Values<ContainerMetric> values, OptionalLong usage, OptionalLong inactive) {
    if (usage.isPresent()) {
      long cache = inactive.orElse(0);
      long used = usage.getAsLong();
      values.put(ContainerMetric.MEMORY_USED, cache < used ? used - cache : used);
    }
  }

  private static void block(Values<ContainerMetric> values, Flow flow) {
    values.put(ContainerMetric.BLOCK_READ, flow.in());
    values.put(ContainerMetric.BLOCK_WRITTEN, flow.out());
  }

  private static void put(
      Values<ContainerMetric> values, ContainerMetric metric, OptionalLong value, double factor) {
    if (value.isPresent()) {
      values.put(metric, value.getAsLong() * factor);
    }
  }

  private String text(String controller, String file) {
    String directory = directories.get(controller);
    return directory == null ? "" : files.read(directory + "/" + file);
  }
}

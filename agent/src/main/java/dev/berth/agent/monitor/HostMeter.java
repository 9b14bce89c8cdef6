package dev.berth.agent.monitor;

import dev.berth.agent.monitor.KernelText.CpuTimes;
import dev.berth.agent.monitor.KernelText.Flow;
import dev.berth.common.monitor.HostMetric;
import dev.berth.common.monitor.Values;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Reads what the host itself uses, its disks' fullness aside. */
final class HostMeter {
  private static final double MILLI = 1e-3;

  private final HostFiles files;

  HostMeter(HostFiles files) {
    this.files = files;
  }

  /** What is used now; only what the kernel tells is in it. */
  Values<HostMetric> read() {
    Values<HostMetric> values = new Values<>(HostMetric.values());
    CpuTimes cpu = KernelText.cpuTimes(files.read("/proc/stat"));
    values.put(HostMetric.CPU_SECONDS, cpu.busy());
    values.put(HostMetric.CPUS, cpu.cores());
    String loads = files.read("/proc/loadavg");
    put(values, HostMetric.LOAD_1, KernelText.load(loads, 0));
    put(values, HostMetric.LOAD_5, KernelText.load(loads, 1));
    put(values, HostMetric.LOAD_15, KernelText.load(loads, 2));
    memory(values, files.read("/proc/meminfo"));
    put(values, HostMetric.CPU_PRESSURE, pressure("cpu"));
    put(values, HostMetric.MEMORY_PRESSURE, pressure("memory"));
    put(values, HostMetric.IO_PRESSURE, pressure("io"));
    Flow disks = KernelText.disks(files.read("/proc/diskstats"));
    values.put(HostMetric.DISK_READ, disks.in());
    values.put(HostMetric.DISK_WRITTEN, disks.out());
    Flow network = KernelText.outerInterfaces(files.read("/proc/net/dev"));
    values.put(HostMetric.NETWORK_RECEIVED, network.in());
    values.put(HostMetric.NETWORK_SENT, network.out());
    put(values, HostMetric.TEMPERATURE, temperature());
    return values;
  }

  private static void memory(Values<HostMetric> values, String meminfo) {
    OptionalLong total = KernelText.memory(meminfo, "MemTotal");
    OptionalLong available = KernelText.memory(meminfo, "MemAvailable");
    if (total.isPresent() && available.isPresent()) {
      values.put(HostMetric.MEMORY_TOTAL, total.getAsLong());
      values.put(HostMetric.MEMORY_AVAILABLE, available.getAsLong());
      values.put(HostMetric.MEMORY_USED, total.getAsLong() - available.getAsLong());
    }
    OptionalLong swap = KernelText.memory(meminfo, "SwapTotal");
    OptionalLong free = KernelText.memory(meminfo, "SwapFree");
    if (swap.isPresent() && free.isPresent()) {
      values.put(HostMetric.SWAP_TOTAL, swap.getAsLong());
      values.put(HostMetric.SWAP_USED, swap.getAsLong() - free.getAsLong());
    }
  }

  private OptionalDouble pressure(String resource) {
    return KernelText.pressure(files.read("/proc/pressure/" + resource));
  }

  /** The warmest of {@code /sys/class/thermal}; virtual machines have none. */
  private OptionalDouble temperature() {
    return files.names("/sys/class/thermal").stream()
        .filter(name -> name.startsWith("thermal_zone"))
        .map(name -> KernelText.number(files.read("/sys/class/thermal/" + name + "/temp")))
        .filter(OptionalLong::isPresent)
        .mapToDouble(value -> value.getAsLong() * MILLI)
        .max();
  }

  private static void put(Values<HostMetric> values, HostMetric metric, OptionalDouble value) {
    value.ifPresent(number -> values.put(metric, number));
  }
}

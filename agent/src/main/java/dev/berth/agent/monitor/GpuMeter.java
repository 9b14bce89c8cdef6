package dev.berth.agent.monitor;

import dev.berth.common.monitor.HostMetric;
import dev.berth.common.monitor.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads how busy the host's GPUs are: those of AMD in the kernel's files ({@code gpu_busy_percent}
 * and {@code mem_info_vram_*} of the amdgpu driver), those of nvidia by the words of {@code
 * nvidia-smi}. What tells nothing is not counted.
 */
final class GpuMeter {
  private static final String CARDS = "/sys/class/drm";
  private static final String NVIDIA_DRIVER = "/proc/driver/nvidia/gpus";
  private static final String NVIDIA_QUERY = "--query-gpu=utilization.gpu,memory.total,memory.used";
  private static final long MIB = 1L << 20;
  private static final double PERCENT = 100;

  /** One of them: memory in bytes. */
  record Gpu(long busyPercent, long memory, long usedMemory) {}

  private final HostFiles files;
  private final String nvidiaSmi;

  /**
   * @param nvidiaSmi the program, by its name or path
   */
  GpuMeter(HostFiles files, String nvidiaSmi) {
    this.files = files;
    this.nvidiaSmi = nvidiaSmi;
  }

  /** All that tell of their use, now. */
  List<Gpu> read() {
    List<Gpu> gpus = new ArrayList<>();
    for (String card : files.names(CARDS)) {
      if (card.matches("card\\d+")) {
        amd(CARDS + "/" + card + "/device/").ifPresent(gpus::add);
      }
    }
    if (!files.names(NVIDIA_DRIVER).isEmpty()) {
      gpus.addAll(
          Program.says(nvidiaSmi, NVIDIA_QUERY, "--format=csv,noheader,nounits")
              .map(GpuMeter::nvidia)
              .orElse(List.of()));
    }
    return gpus;
  }

  private Optional<Gpu> amd(String device) {
    OptionalLong busy = KernelText.number(files.read(device + "gpu_busy_percent"));
    if (busy.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Gpu(
            busy.getAsLong(),
            KernelText.number(files.read(device + "mem_info_vram_total")).orElse(0),
            KernelText.number(files.read(device + "mem_info_vram_used")).orElse(0)));
  }

  /** A line for each, as {@code 35, 24576, 1024}; memory in MiB. Parts of one say {@code [N/A]}. */
  static List<Gpu> nvidia(String lines) {
    List<Gpu> gpus = new ArrayList<>();
    for (String line : lines.lines().toList()) {
      String[] fields = line.split(",", -1);
      if (fields.length == 3) {
        OptionalLong busy = KernelText.number(fields[0].strip());
        OptionalLong total = KernelText.number(fields[1].strip());
        OptionalLong used = KernelText.number(fields[2].strip());
        if (busy.isPresent() && total.isPresent() && used.isPresent()) {
          gpus.add(new Gpu(busy.getAsLong(), total.getAsLong() * MIB, used.getAsLong() * MIB));
        }
      }
    }
    return gpus;
  }

  /** Puts them in, all together; nothing when there are none. */
  static void put(List<Gpu> gpus, Values<HostMetric> values) {
    if (gpus.isEmpty()) {
      return;
    }
    values.put(HostMetric.GPUS, gpus.size());
    values.put(
        HostMetric.GPU_BUSY,
        gpus.stream().mapToLong(Gpu::busyPercent).average().orElse(0) / PERCENT);
    values.put(HostMetric.GPU_MEMORY_TOTAL, gpus.stream().mapToLong(Gpu::memory).sum());
    values.put(HostMetric.GPU_MEMORY_USED, gpus.stream().mapToLong(Gpu::usedMemory).sum());
  }
}

package dev.berth.agent.monitor;

import dev.berth.common.id.ContainerId;
import dev.berth.common.monitor.ContainerMetric;
import dev.berth.common.monitor.ContainerSample;
import dev.berth.common.monitor.HostMetric;
import dev.berth.common.monitor.HostSample;
import dev.berth.common.monitor.Level;
import dev.berth.common.monitor.Values;
import dev.berth.common.wire.FeedMessage.ContainerState;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Takes samples, each with the rates since the one before. Reads about eight small files for each
 * container. For one thread.
 */
public final class Sampler {
  /** What takes a process is asked once a minute. */
  private static final int PROGRAMS_EVERY = 6;

  private static final String NVIDIA_SMI = "nvidia-smi";

  private static final Map<HostMetric, HostMetric> HOST_RATES =
      new EnumMap<>(
          Map.of(
              HostMetric.CPU_SECONDS, HostMetric.CPU_CORES,
              HostMetric.DISK_READ, HostMetric.DISK_READ_RATE,
              HostMetric.DISK_WRITTEN, HostMetric.DISK_WRITE_RATE,
              HostMetric.NETWORK_RECEIVED, HostMetric.NETWORK_RECEIVE_RATE,
              HostMetric.NETWORK_SENT, HostMetric.NETWORK_SEND_RATE));
  private static final Map<ContainerMetric, ContainerMetric> CONTAINER_RATES =
      new EnumMap<>(
          Map.of(
              ContainerMetric.CPU_SECONDS, ContainerMetric.CPU_CORES,
              ContainerMetric.BLOCK_READ, ContainerMetric.BLOCK_READ_RATE,
              ContainerMetric.BLOCK_WRITTEN, ContainerMetric.BLOCK_WRITE_RATE,
              ContainerMetric.NETWORK_RECEIVED, ContainerMetric.NETWORK_RECEIVE_RATE,
              ContainerMetric.NETWORK_SENT, ContainerMetric.NETWORK_SEND_RATE));

  private record Metered(ContainerMeter meter, Rates<ContainerMetric> rates) {}

  private final HostFiles files;
  private final HostMeter host;
  private final GpuMeter gpuMeter;
  private final CgroupMounts mounts;
  private final Rates<HostMetric> hostRates = new Rates<>(HostMetric.values(), HOST_RATES);
  private final Map<ContainerId, Metered> metered = new HashMap<>();
  private final Supplier<Optional<Path>> dataRoot;
  private final MonitorLimits limits;
  private final InstantSource clock;
  private final LongSupplier nanos;

  private Optional<FileSystem> disk = Optional.empty();
  private List<GpuMeter.Gpu> gpus = List.of();
  private Level memoryLevel = Level.NONE;
  private Level diskLevel = Level.NONE;
  private int taken;

  /**
   * For one host.
   *
   * @param root the directory that stands for {@code /}
   * @param dataRoot where the engine keeps its data; asked again while it is not known
   * @param nanos a clock that only goes forward
   */
  public Sampler(
      Path root,
      Supplier<Optional<Path>> dataRoot,
      MonitorLimits limits,
      InstantSource clock,
      LongSupplier nanos) {
    this.files = new HostFiles(root);
    this.host = new HostMeter(files);
    this.gpuMeter = new GpuMeter(files, NVIDIA_SMI);
    this.mounts = CgroupMounts.parse(files.read("/proc/mounts"));
    this.dataRoot = dataRoot;
    this.limits = limits;
    this.clock = clock;
    this.nanos = nanos;
  }

  /** Measures the host, and of these containers those that run. */
  public HostSample sample(Collection<ContainerState> containers) {
    List<ContainerSample> samples = new ArrayList<>();
    Set<ContainerId> running = new HashSet<>();
    for (ContainerState state : containers) {
      Watched.of(state)
          .ifPresent(
              container -> {
                running.add(container.id());
                samples.add(sample(container));
              });
    }
    metered.keySet().retainAll(running);
    Values<HostMetric> values = host.read();
    hostRates.add(values, nanos.getAsLong());
    values.put(HostMetric.CONTAINERS, samples.size());
    addDisk(values);
    addGpus(values);
    addLevels(values);
    taken++;
    return new HostSample(clock.instant(), values, samples);
  }

  private ContainerSample sample(Watched container) {
    Metered its = metered.get(container.id());
    if (its == null || its.meter().pid() != container.pid()) {
      its =
          new Metered(
              new ContainerMeter(files, mounts, container.pid()),
              new Rates<>(ContainerMetric.values(), CONTAINER_RATES));
      metered.put(container.id(), its);
    }
    Values<ContainerMetric> values = its.meter().read();
    its.rates().add(values, nanos.getAsLong());
    container.addTo(values);
    return new ContainerSample(container.id(), container.name(), container.tenant(), values);
  }

  private void addDisk(Values<HostMetric> values) {
    if (disk.isEmpty() || taken % PROGRAMS_EVERY == 0) {
      disk = dataRoot.get().flatMap(FileSystem::of);
    }
    disk.ifPresent(
        now -> {
          values.put(HostMetric.DISK_TOTAL, now.total());
          values.put(HostMetric.DISK_USED, now.used());
          values.put(HostMetric.DISK_FREE, now.free());
          if (now.inodes() > 0) {
            values.put(HostMetric.INODES, now.inodes());
            values.put(HostMetric.INODES_FREE, now.freeInodes());
          }
        });
  }

  private void addGpus(Values<HostMetric> values) {
    if (taken % PROGRAMS_EVERY == 0) {
      gpus = gpuMeter.read();
    }
    GpuMeter.put(gpus, values);
  }

  private void addLevels(Values<HostMetric> values) {
    if (values.find(HostMetric.MEMORY_TOTAL).isPresent()) {
      double used = values.orZero(HostMetric.MEMORY_USED) / values.orZero(HostMetric.MEMORY_TOTAL);
      memoryLevel = limits.memory().after(memoryLevel, used);
      values.put(HostMetric.MEMORY_LEVEL, memoryLevel.number());
    }
    disk.ifPresent(
        now -> {
          double used = Math.max(now.usedShare(), now.usedInodeShare());
          diskLevel = limits.disk().after(diskLevel, used);
          values.put(HostMetric.DISK_LEVEL, diskLevel.number());
        });
  }
}

package dev.berth.benchmarks;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.agent.monitor.MonitorLimits;
import dev.berth.agent.monitor.Sampler;
import dev.berth.common.monitor.ContainerMetric;
import dev.berth.common.monitor.HostMetric;
import dev.berth.common.monitor.Series;
import dev.berth.common.wire.FeedMessage.ContainerState;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What monitoring costs a host of 100 containers: the share of a core that a sample every 10 s
 * takes, and the memory of the past. This process stands for each container's, so that the files
 * are the kernel's own.
 */
public final class MonitorCost {
  private static final int CONTAINERS = 100;
  private static final int WARM_UP = 30;
  private static final int MEASURED = 100;

  private MonitorCost() {}

  public static void main(String[] arguments) throws IOException {
    JsonMapper json = new JsonMapper();
    List<ContainerState> containers = new ArrayList<>();
    for (int i = 0; i < CONTAINERS; i++) {
      containers.add(
          new ContainerState(
              json.readTree("{\"Id\":\"%064x\"}".formatted(i)),
              json.readTree(
                  "{\"Name\":\"/c%d\",\"State\":{\"Running\":true,\"Pid\":%d}}"
                      .formatted(i, ProcessHandle.current().pid()))));
    }
    Sampler sampler =
        new Sampler(
            Path.of("/"),
            () -> Optional.of(Path.of("/")),
            MonitorLimits.DEFAULT,
            InstantSource.system(),
            System::nanoTime);
    int seen = samples(sampler, containers, WARM_UP);
    var threads = ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadCpuTime();
    seen += samples(sampler, containers, MEASURED);
    double millis = (threads.getCurrentThreadCpuTime() - before) / 1e6 / MEASURED;
    System.out.printf(
        "a sample of %d containers: %.2f ms of a core, every 10 s: %.3f %% of a core (%d seen)%n",
        CONTAINERS, millis, millis / Series.STEP.toMillis() * 100, seen);
    System.out.printf(
        "the past: %d bytes for a host, %d for a container%n",
        Series.hourAndDay(HostMetric.values()).bytes(),
        Series.hourAndDay(ContainerMetric.values()).bytes());
  }

  private static int samples(Sampler sampler, List<ContainerState> containers, int times) {
    int seen = 0;
    for (int i = 0; i < times; i++) {
      seen += sampler.sample(containers).containers().size();
    }
    return seen;
  }
}

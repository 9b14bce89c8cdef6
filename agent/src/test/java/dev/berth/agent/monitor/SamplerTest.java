package dev.berth.agent.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.common.monitor.ContainerMetric;
import dev.berth.common.monitor.ContainerSample;
import dev.berth.common.monitor.HostMetric;
import dev.berth.common.monitor.HostSample;
import dev.berth.common.monitor.SampleCodec;
import dev.berth.common.monitor.Values;
import dev.berth.common.wire.FeedMessage.ContainerState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SamplerTest {
  private static final String ID = "a".repeat(64);

  @TempDir private Path root;
  private long nanos;

  private void plant(String path, String text) throws IOException {
    Path file = root.resolve(path.substring(1));
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private Sampler sampler(Path directory) {
    return new Sampler(
        directory,
        () -> Optional.of(root),
        MonitorLimits.DEFAULT,
        InstantSource.system(),
        () -> nanos);
  }

  private static ContainerState container() throws IOException {
    JsonMapper json = new JsonMapper();
    return new ContainerState(
        json.readTree("{\"Id\":\"%s\",\"Labels\":{\"berth.tenant\":\"acme\"}}".formatted(ID)),
        json.readTree(
            "{\"Name\":\"/web\",\"RestartCount\":3,\"State\":{\"Running\":true,\"Pid\":42,\"Health\":{\"Status\":\"healthy\"}}}"));
  }

  @Test
  void a_container_of_cgroups_version_2_is_read() throws IOException {
    plant("/proc/mounts", "cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n");
    plant("/proc/42/cgroup", "0::/docker/x\n");
    plant("/proc/42/net/dev", " eth0: 100 1 0 0 0 0 0 0 200 1 0 0 0 0 0 0\n");
    plant("/sys/fs/cgroup/docker/x/cpu.stat", "usage_usec 1000000\nuser_usec 1\n");
    plant("/sys/fs/cgroup/docker/x/memory.current", "5000\n");
    plant("/sys/fs/cgroup/docker/x/memory.stat", "anon 1\ninactive_file 2000\n");
    plant("/sys/fs/cgroup/docker/x/memory.max", "max\n");
    plant("/sys/fs/cgroup/docker/x/memory.events", "oom 1\noom_kill 1\n");
    Sampler sampler = sampler(root);
    sampler.sample(List.of(container()));
    nanos += TimeUnit.SECONDS.toNanos(10);
    plant("/sys/fs/cgroup/docker/x/cpu.stat", "usage_usec 6000000\n");

    HostSample sample = sampler.sample(List.of(container()));

    ContainerSample web = sample.containers().getFirst();
    assertThat(web.tenant()).isEqualTo("acme");
    assertThat(web.name()).isEqualTo("web");
    Values<ContainerMetric> values = web.values();
    assertThat(values.find(ContainerMetric.CPU_CORES).getAsDouble()).isCloseTo(0.5, within(1e-9));
    assertThat(values.find(ContainerMetric.MEMORY_USED)).hasValue(3000);
    assertThat(values.find(ContainerMetric.MEMORY_LIMIT)).isEmpty();
    assertThat(values.find(ContainerMetric.OOM_KILLS)).hasValue(1);
    assertThat(values.find(ContainerMetric.NETWORK_SENT)).hasValue(200);
    assertThat(values.find(ContainerMetric.RESTARTS)).hasValue(3);
    assertThat(values.find(ContainerMetric.HEALTH)).hasValue(2);
    assertThat(SampleCodec.write(SampleCodec.read(SampleCodec.write(sample))))
        .isEqualTo(SampleCodec.write(sample));
  }

  @Test
  void a_counter_that_begins_anew_gives_no_rate() throws IOException {
    plant("/proc/stat", "cpu 5000 0 0 0 0 0 0 0\ncpu0 1\n");
    Sampler sampler = sampler(root);
    sampler.sample(List.of());
    nanos += TimeUnit.SECONDS.toNanos(10);
    plant("/proc/stat", "cpu 10 0 0 0 0 0 0 0\ncpu0 1\n");
    assertThat(sampler.sample(List.of()).host().find(HostMetric.CPU_CORES)).isEmpty();
    nanos += TimeUnit.SECONDS.toNanos(10);
    plant("/proc/stat", "cpu 510 0 0 0 0 0 0 0\ncpu0 1\n");
    assertThat(sampler.sample(List.of()).host().find(HostMetric.CPU_CORES)).hasValue(0.5);
  }

  @Test
  void a_host_that_is_short_of_memory_says_so() throws IOException {
    plant("/proc/meminfo", "MemTotal: 100 kB\nMemAvailable: 4 kB\n");
    Sampler sampler = sampler(root);
    assertThat(sampler.sample(List.of()).host().find(HostMetric.MEMORY_LEVEL)).hasValue(2);
    plant("/proc/meminfo", "MemTotal: 100 kB\nMemAvailable: 50 kB\n");
    assertThat(sampler.sample(List.of()).host().find(HostMetric.MEMORY_LEVEL)).hasValue(0);
  }

  @Test
  void the_numbers_of_this_machine_are_those_of_its_kernel() throws IOException {
    Values<HostMetric> host = sampler(Path.of("/")).sample(List.of()).host();
    long available =
        KernelText.memory(Files.readString(Path.of("/proc/meminfo")), "MemAvailable").getAsLong();

    assertThat(host.orZero(HostMetric.MEMORY_AVAILABLE))
        .isCloseTo((double) available, within(available * 0.05));
    assertThat((int) host.orZero(HostMetric.CPUS)).isPositive();
    assertThat(host.orZero(HostMetric.DISK_TOTAL))
        .isCloseTo((double) Files.getFileStore(root).getTotalSpace(), within(1e6));
    assertThat(host.orZero(HostMetric.CPU_SECONDS)).isPositive();
  }
}

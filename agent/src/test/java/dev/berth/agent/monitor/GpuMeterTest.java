package dev.berth.agent.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.monitor.GpuMeter.Gpu;
import dev.berth.common.monitor.HostMetric;
import dev.berth.common.monitor.Values;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GpuMeterTest {
  @TempDir private Path root;

  private void plant(String path, String text) throws IOException {
    Path file = root.resolve(path.substring(1));
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private GpuMeter meter(String nvidiaSmi) {
    return new GpuMeter(new HostFiles(root), nvidiaSmi);
  }

  private String script(String text) throws IOException {
    Path script = root.resolve("nvidia-smi");
    Files.writeString(script, "#!/bin/sh\n" + text);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return script.toString();
  }

  @Test
  void amds_are_read_from_the_kernels_files_and_cards_that_tell_nothing_are_left_out()
      throws IOException {
    plant("/sys/class/drm/card0/device/gpu_busy_percent", "25\n");
    plant("/sys/class/drm/card0/device/mem_info_vram_total", "8000\n");
    plant("/sys/class/drm/card0/device/mem_info_vram_used", "2000\n");
    plant("/sys/class/drm/card1/device/vendor", "0x1234\n");
    plant("/sys/class/drm/card0-HDMI-A-1/device/gpu_busy_percent", "99\n");

    assertThat(meter("/nowhere").read()).containsExactly(new Gpu(25, 8000, 2000));
  }

  @Test
  void nvidias_are_read_by_the_words_of_their_program() throws IOException {
    plant("/proc/driver/nvidia/gpus/0000:01:00.0/information", "Model: A\n");
    String program =
        script(
            """
            [ "$1" = --query-gpu=utilization.gpu,memory.total,memory.used ] || exit 1
            [ "$2" = --format=csv,noheader,nounits ] || exit 1
            echo "35, 24576, 1024"
            echo "[N/A], 24576, 0"
            echo "100, 24576, 24000"
            """);

    assertThat(meter(program).read())
        .containsExactly(
            new Gpu(35, 24_576L << 20, 1_024L << 20), new Gpu(100, 24_576L << 20, 24_000L << 20));
  }

  @Test
  void the_program_is_not_asked_without_its_driver() throws IOException {
    assertThat(meter(script("echo 35, 24576, 1024")).read()).isEmpty();
  }

  @Test
  void a_program_that_fails_tells_of_none() throws IOException {
    plant("/proc/driver/nvidia/gpus/0000:01:00.0/information", "Model: A\n");

    assertThat(meter(script("echo 35, 24576, 1024; exit 9")).read()).isEmpty();
    assertThat(meter("/nowhere/nvidia-smi").read()).isEmpty();
  }

  @Test
  void a_host_has_the_average_of_their_work_and_the_sum_of_their_memory() {
    Values<HostMetric> values = new Values<>(HostMetric.values());

    GpuMeter.put(List.of(new Gpu(20, 100, 10), new Gpu(60, 200, 50)), values);

    assertThat(values.orZero(HostMetric.GPUS)).isEqualTo(2);
    assertThat(values.orZero(HostMetric.GPU_BUSY)).isEqualTo(0.4);
    assertThat(values.orZero(HostMetric.GPU_MEMORY_TOTAL)).isEqualTo(300);
    assertThat(values.orZero(HostMetric.GPU_MEMORY_USED)).isEqualTo(60);
  }

  @Test
  void a_host_without_gpus_has_none_of_their_numbers() {
    Values<HostMetric> values = new Values<>(HostMetric.values());

    GpuMeter.put(List.of(), values);

    assertThat(values.find(HostMetric.GPUS)).isEmpty();
    assertThat(values.find(HostMetric.GPU_BUSY)).isEmpty();
  }
}

package dev.berth.common.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SeriesTest {
  private final Series<ContainerMetric> series = Series.hourAndDay(ContainerMetric.values());

  private void put(long second, double cores) {
    Values<ContainerMetric> values = new Values<>(ContainerMetric.values());
    values.put(ContainerMetric.CPU_CORES, cores);
    series.put(Instant.ofEpochSecond(second), values);
  }

  @Test
  void an_hour_is_kept_and_no_more() {
    for (int i = 0; i < 1000; i++) {
      put(i * 10L, i);
    }

    JsonNode hour = series.hour();

    assertThat(hour.path("cpu_used_cores")).hasSize(360);
    assertThat(hour.path("cpu_used_cores").path(0).asInt()).isEqualTo(640);
    assertThat(hour.path("cpu_used_cores").path(359).asInt()).isEqualTo(999);
    assertThat(hour.path("at").path(359).asLong()).isEqualTo(9_990_000);
  }

  @Test
  void a_point_of_the_day_is_the_average_of_its_five_minutes() {
    for (int i = 0; i < 60; i++) {
      put(i * 10L, i < 30 ? 1 : 3);
    }

    assertThat(series.day().path("cpu_used_cores").toString()).isEqualTo("[1.0,3.0]");
  }

  @Test
  void a_silence_leaves_no_points() {
    put(0, 1);
    put(100, 2);

    assertThat(series.hour().path("at").toString()).isEqualTo("[0,100000]");
  }

  @Test
  void what_was_not_measured_is_not_zero() {
    put(0, Double.NaN);
    put(10, 2);

    assertThat(series.hour().path("cpu_used_cores").toString()).isEqualTo("[null,2.0]");
    assertThat(series.hour().has("memory_used_bytes")).isFalse();
  }

  @Test
  void a_series_takes_the_memory_that_is_promised() {
    assertThat(series.bytes()).isEqualTo(6 * (1440 + 1152) + 648 * 8);
    assertThat(Series.hour(ContainerMetric.values()).bytes()).isEqualTo(6 * 1440 + 360 * 8);
  }
}

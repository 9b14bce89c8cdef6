package dev.berth.common.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrometheusTextTest {

  @Test
  void samples_of_a_metric_are_together_with_escaped_labels() {
    PrometheusText text = new PrometheusText();
    text.add("berth_up", Metric.Kind.GAUGE, "Whether it answers", 1, "host", "a");
    text.add("berth_x_total", Metric.Kind.COUNTER, "Things", 0.5);
    text.add("berth_up", Metric.Kind.GAUGE, "Whether it answers", 0, "host", "b\"\\\n");

    assertThat(text.text())
        .isEqualTo(
            """
            # HELP berth_up Whether it answers.
            # TYPE berth_up gauge
            berth_up{host="a"} 1
            berth_up{host="b\\"\\\\\\n"} 0
            # HELP berth_x_total Things.
            # TYPE berth_x_total counter
            berth_x_total 0.5
            """);
  }

  @Test
  void rates_and_what_was_not_measured_are_left_out() {
    Values<HostMetric> values = new Values<>(HostMetric.values());
    values.put(HostMetric.CPU_CORES, 1);
    values.put(HostMetric.LOAD_1, 2);
    PrometheusText text = new PrometheusText();
    text.addAll("berth_host_", HostMetric.values(), values, "host", "h");

    assertThat(text.text()).contains("berth_host_load1{host=\"h\"} 2\n").doesNotContain("cores");
  }
}

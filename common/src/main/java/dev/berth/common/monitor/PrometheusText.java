package dev.berth.common.monitor;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Prometheus' text format 0.0.4. Samples of one metric come together under its {@code HELP} and
 * {@code TYPE}, in whatever order they are added. For one thread.
 */
public final class PrometheusText {
  /** What the format is called in an answer's {@code Content-Type}. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final Map<String, StringBuilder> families = new LinkedHashMap<>();

  /**
   * Adds a number.
   *
   * @param labels names and values by turns
   */
  public void add(String name, Metric.Kind kind, String help, double value, String... labels) {
    if (Double.isNaN(value)) {
      return;
    }
    StringBuilder out =
        families.computeIfAbsent(
            name,
            _ ->
                new StringBuilder()
                    .append("# HELP %s %s.\n".formatted(name, help))
                    .append(
                        "# TYPE %s %s\n"
                            .formatted(name, kind == Metric.Kind.COUNTER ? "counter" : "gauge")));
    out.append(name);
    for (int i = 0; i < labels.length; i += 2) {
      out.append(i == 0 ? '{' : ',').append(labels[i]).append("=\"");
      escape(labels[i + 1], out);
      out.append('"');
    }
    if (labels.length > 0) {
      out.append('}');
    }
    out.append(' ').append(number(value)).append('\n');
  }

  /** Adds what there is of these metrics; rates are left out, for Prometheus makes them itself. */
  public <M extends Enum<M> & Metric> void addAll(
      String prefix, M[] metrics, Values<M> values, String... labels) {
    for (M metric : metrics) {
      if (metric.kind() != Metric.Kind.RATE) {
        values
            .find(metric)
            .ifPresent(
                value -> add(prefix + metric.key(), metric.kind(), metric.help(), value, labels));
      }
    }
  }

  private static void escape(String text, StringBuilder out) {
    for (int i = 0; i < text.length(); i++) {
      switch (text.charAt(i)) {
        case '\\' -> out.append("\\\\");
        case '"' -> out.append("\\\"");
        case '\n' -> out.append("\\n");
        default -> out.append(text.charAt(i));
      }
    }
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1L << 53
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  /** All that was added. */
  public String text() {
    StringBuilder all = new StringBuilder();
    families.values().forEach(all::append);
    return all.toString();
  }
}

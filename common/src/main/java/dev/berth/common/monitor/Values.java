package dev.berth.common.monitor;

import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What was measured at one moment, a number for each metric of one kind of object. Not safe for
 * several threads until nobody changes it any more.
 */
public final class Values<M extends Enum<M> & Metric> {
  private final Map<M, Double> values;

  /** Nothing measured yet of these metrics. */
  public Values(M[] metrics) {
    values = new EnumMap<>(metrics[0].getDeclaringClass());
  }

  /** Notes a value; one that is no number is as none. */
  public void put(M metric, double value) {
    if (Double.isFinite(value)) {
      values.put(metric, value);
    } else {
      values.remove(metric);
    }
  }

  /** Notes a count, of bytes for the most part; above 2^53 the last bits go. */
  public void put(M metric, long value) {
    put(metric, (double) value);
  }

  public OptionalDouble find(M metric) {
    Double value = values.get(metric);
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  /** The value, or 0 when there is none: for sums and orders only. */
  public double orZero(M metric) {
    return find(metric).orElse(0);
  }
}

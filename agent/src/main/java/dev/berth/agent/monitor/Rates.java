package dev.berth.agent.monitor;

import dev.berth.common.monitor.Metric;
import dev.berth.common.monitor.Values;
import java.util.EnumMap;
import java.util.Map;

/**
 * Makes rates of counters: what each grew a second since the sample before. For one object and one
 * thread.
 */
final class Rates<M extends Enum<M> & Metric> {
  private static final double NANO = 1e9;

  private final Map<M, M> rateOfCounter;
  private final Map<M, Double> before;
  private long beforeNanos;
  private boolean isFirst = true;

  /**
   * For one object.
   *
   * @param rateOfCounter which rate is of which counter
   */
  Rates(M[] all, Map<M, M> rateOfCounter) {
    this.rateOfCounter = Map.copyOf(rateOfCounter);
    this.before = new EnumMap<>(all[0].getDeclaringClass());
  }

  /**
   * Adds the rates to a sample; none to the first one, and none where a counter has begun anew.
   *
   * @param nanos when it was taken, on any clock that only goes forward
   */
  void add(Values<M> values, long nanos) {
    double seconds = (nanos - beforeNanos) / NANO;
    rateOfCounter.forEach(
        (counter, rate) -> {
          double now = values.find(counter).orElse(Double.NaN);
          double grown = now - before.getOrDefault(counter, Double.NaN);
          if (!isFirst && seconds > 0 && grown >= 0) {
            values.put(rate, grown / seconds);
          }
          before.put(counter, now);
        });
    beforeNanos = nanos;
    isFirst = false;
  }
}

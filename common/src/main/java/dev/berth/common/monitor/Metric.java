package dev.berth.common.monitor;

import java.util.Arrays;
import java.util.Optional;

/** Something that is measured. Its key ends in its unit, as Prometheus has it. */
public interface Metric {

  /** What a value is. */
  enum Kind {
    /** The state at a moment. */
    GAUGE,
    /** What only grows, until its owner begins anew. */
    COUNTER,
    /** What a counter grew a second since the sample before; Prometheus makes that itself. */
    RATE
  }

  /**
   * All that is known of a metric.
   *
   * @param help what it is, in a sentence without a full stop
   * @param isKept whether its past is kept
   */
  record Meaning(String key, Kind kind, boolean isKept, String help) {}

  Meaning meaning();

  default String key() {
    return meaning().key();
  }

  default Kind kind() {
    return meaning().kind();
  }

  default String help() {
    return meaning().help();
  }

  default boolean isKept() {
    return meaning().isKept();
  }

  /** The one of that key. */
  static <M extends Metric> Optional<M> find(M[] metrics, String key) {
    return Arrays.stream(metrics).filter(metric -> metric.key().equals(key)).findFirst();
  }
}

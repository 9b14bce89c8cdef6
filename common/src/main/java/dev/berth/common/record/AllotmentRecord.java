package dev.berth.common.record;

import java.util.List;
import java.util.Map;

/**
 * What one tenant may have, where it differs from what all may have.
 *
 * @param quota limits by quantity, in its units: things, billionths of a CPU, bytes
 * @param flavor of containers that name none; empty for the usual one
 * @param strategy how its containers are spread; empty for the cluster's
 * @param constraints on the hosts that it may use, as {@code zone!=a}
 */
public record AllotmentRecord(
    Map<String, Long> quota, String flavor, String strategy, List<String> constraints) {

  public AllotmentRecord {
    // Older records have none.
    constraints = constraints == null ? List.of() : List.copyOf(constraints);
  }
}

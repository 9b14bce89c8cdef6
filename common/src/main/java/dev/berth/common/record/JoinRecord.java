package dev.berth.common.record;

import java.util.Map;

/**
 * A join token that was given out; only the hash of its secret is kept, as the record's key.
 *
 * @param role what it lets in: agent or manager
 * @param expires in milliseconds since 1970
 * @param uses how often it can still be used
 * @param labels that the operator gives the hosts that come by it
 */
public record JoinRecord(String role, long expires, int uses, Map<String, String> labels) {

  public JoinRecord {
    // One of an older version says nothing of them.
    labels = labels == null ? Map.of() : Map.copyOf(labels);
  }

  /** What is left of it when it was used once. */
  public JoinRecord used() {
    return new JoinRecord(role, expires, uses - 1, labels);
  }
}

package dev.berth.common.record;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Map;

/**
 * A host that has joined, whether or not it is up.
 *
 * @param id its {@link dev.berth.common.id.HostId}
 * @param name what people call it
 * @param joined in milliseconds since 1970
 * @param labels what the operator says of it, over the engine's own labels
 * @param state what the operator wants of it
 */
public record HostRecord(
    String id, String name, long joined, Map<String, String> labels, State state) {

  /** What the operator wants of a host. */
  public enum State {
    /** It gets containers. */
    ACTIVE,
    /** It keeps its containers and gets no more. */
    CORDONED,
    /** Its containers are taken elsewhere. */
    DRAINING,
    /** That is done. */
    DRAINED,
    /** Its agent is shut out for good; what it had is kept until the host is removed. */
    REVOKED
  }

  public HostRecord {
    labels = Map.copyOf(labels);
    // One of an older version says nothing of it.
    state = state == null ? State.ACTIVE : state;
  }

  /** One that has just joined. */
  public static HostRecord joined(String id, String name, long now, Map<String, String> labels) {
    return new HostRecord(id, name, now, labels, State.ACTIVE);
  }

  /** Whether its agent is let in. */
  @JsonIgnore
  public boolean isMember() {
    return state != State.REVOKED;
  }

  public HostRecord in(State other) {
    return new HostRecord(id, name, joined, labels, other);
  }

  public HostRecord with(Map<String, String> otherLabels) {
    return new HostRecord(id, name, joined, otherLabels, state);
  }
}

package dev.berth.common.record;

import java.util.Map;

/**
 * One volume of a tenant; see {@link Claim}.
 *
 * @param anonymous whether an engine made it for a container that named none: it has the same name
 *     on the engine then, and else its tenant's before it
 * @param labels the tenant's own
 */
public record VolumeRecord(
    String id,
    String tenant,
    String name,
    String host,
    State state,
    boolean anonymous,
    Map<String, String> labels,
    long created,
    long epoch)
    implements Claim {

  public VolumeRecord {
    labels = Map.copyOf(labels);
  }

  public VolumeRecord settled() {
    return new VolumeRecord(
        id, tenant, name, host, State.SETTLED, anonymous, labels, created, epoch);
  }

  /** The same on another host. */
  public VolumeRecord at(String otherHost) {
    return new VolumeRecord(id, tenant, name, otherHost, state, anonymous, labels, created, epoch);
  }

  /** Its name on the engine, unique over tenants: the first dot ends the tenant. */
  public String engineName() {
    return anonymous ? name : tenant + "." + name;
  }
}

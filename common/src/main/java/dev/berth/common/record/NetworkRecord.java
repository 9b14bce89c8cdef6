package dev.berth.common.record;

/**
 * One network of a tenant, or its default network on one host; see {@link Claim}.
 *
 * @param networkId the engine's id, once settled; empty before
 */
public record NetworkRecord(
    String id,
    String tenant,
    String name,
    String host,
    State state,
    String networkId,
    long created,
    long epoch)
    implements Claim {

  public NetworkRecord settled(String engineId) {
    return new NetworkRecord(id, tenant, name, host, State.SETTLED, engineId, created, epoch);
  }

  /** The same on another host, whose engine has it under that id. */
  public NetworkRecord at(String otherHost, String engineId) {
    return new NetworkRecord(id, tenant, name, otherHost, state, engineId, created, epoch);
  }

  /** Its name on the engine, unique over tenants: the first dot ends the tenant. */
  public String engineName() {
    return tenant + "." + name;
  }
}

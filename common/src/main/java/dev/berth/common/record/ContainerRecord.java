package dev.berth.common.record;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One container that ought to exist: written before its engine is asked, settled afterwards.
 *
 * @param id the {@link dev.berth.common.id.RecordId} of the container
 * @param tenant its owner
 * @param name its name in the tenant
 * @param host where it was placed
 * @param state how far it has come
 * @param containerId the engine's id, once settled; empty before
 * @param created when the record was written, in milliseconds since 1970
 * @param epoch in which it was placed
 * @param spec the body of the create call as it went to the engine
 */
public record ContainerRecord(
    String id,
    String tenant,
    String name,
    String host,
    State state,
    String containerId,
    long created,
    long epoch,
    JsonNode spec) {

  /** How far a container has come. */
  public enum State {
    /** Placed and reserved; the engine may or may not have it. */
    PENDING,
    /** The engine has it. */
    SETTLED
  }

  public ContainerRecord settled(String engineId) {
    return new ContainerRecord(
        id, tenant, name, host, State.SETTLED, engineId, created, epoch, spec);
  }

  public ContainerRecord renamed(String newName) {
    return new ContainerRecord(id, tenant, newName, host, state, containerId, created, epoch, spec);
  }

  public ContainerRecord withSpec(JsonNode newSpec) {
    return new ContainerRecord(id, tenant, name, host, state, containerId, created, epoch, newSpec);
  }
}

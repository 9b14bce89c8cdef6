package dev.berth.manager.tenant;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What a tenant may change of a container that exists: its resources and its restart policy. */
public final class UpdatePolicy {
  private UpdatePolicy() {}

  /**
   * What of this body (Engine API, ContainerUpdate) goes to an engine.
   *
   * @throws PolicyDeniedException naming the field that the tenant may not have
   * @throws MalformedBodyException when a field is not of its type
   */
  public static ObjectNode admit(ObjectNode asked, TenantPolicy policy) {
    Place top = Place.top(Admission.alone("ContainerUpdate", policy));
    ObjectNode body = HostConfigTable.UPDATE.apply(asked, top);
    ContainerPolicy.requireBoundedMemory(body, top);
    return body;
  }
}

package dev.berth.manager.tenant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.TenantId;
import java.util.Set;
import java.util.function.Function;

/**
 * What a tenant may change of a container that exists: its resources and its restart policy. Safe
 * for any thread.
 */
public final class UpdatePolicy {
  private static final Set<String> OF_FLAVORS =
      Set.of("CpuPeriod", "CpuQuota", "Memory", "NanoCpus");
  private static final Set<String> BOUND_TO_MEMORY = Set.of("MemorySwap", "OomKillDisable");

  private final Function<TenantId, TenantPolicy> policies;
  private final Flavors flavors;

  /** With what each tenant is let. */
  public UpdatePolicy(Function<TenantId, TenantPolicy> policies, Flavors flavors) {
    this.policies = policies;
    this.flavors = flavors;
  }

  /**
   * What of this body (Engine API, ContainerUpdate) goes to an engine.
   *
   * @throws PolicyDeniedException naming the field that the tenant may not have
   * @throws MalformedBodyException when a field is not of its type
   */
  public ObjectNode admit(ObjectNode asked, TenantId tenant) {
    return HostConfigTable.UPDATE.apply(asked, top(tenant));
  }

  /**
   * Lets by what a container would have then, as a new one could have it.
   *
   * @param changes the fields that the engine will change
   * @param host the whole host configuration with these changes
   * @throws PolicyDeniedException naming the field that the tenant may not have
   */
  public void requireAllowed(JsonNode changes, JsonNode host, TenantId tenant) {
    if (changes.propertyStream().anyMatch(each -> OF_FLAVORS.contains(each.getKey()))) {
      flavors.requireFlavor(host, top(tenant));
    }
    if (changes.propertyStream().anyMatch(each -> BOUND_TO_MEMORY.contains(each.getKey()))) {
      ContainerPolicy.requireBoundedMemory(host, top(tenant));
    }
  }

  private Place top(TenantId tenant) {
    return Place.top(Admission.alone("ContainerUpdate", policies.apply(tenant)));
  }
}

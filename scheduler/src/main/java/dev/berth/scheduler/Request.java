package dev.berth.scheduler;

import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.common.resource.Resources;
import dev.berth.scheduler.expression.Hints;
import java.util.List;
import java.util.Set;

/**
 * A container that is to have a place, or has one. Immutable.
 *
 * @param id the container's, and so its reservation's
 * @param resources what it reserves; what it does not limit, it does not reserve
 * @param ports what it publishes on its host, in order
 * @param images what affinities to an image see
 * @param dependencies the hosts that it must be on, for what it links to or shares volumes or a
 *     network with is there; empty for any
 * @param demands what only few ask for
 */
public record Request(
    RecordId id,
    TenantId tenant,
    ContainerFacts facts,
    Resources resources,
    List<HostPort> ports,
    HostImages images,
    Set<HostId> dependencies,
    Hints hints,
    Demands demands) {

  public Request {
    ports = ports.stream().distinct().sorted().toList();
    dependencies = Set.copyOf(dependencies);
  }

  /** One that asks for nothing rare. */
  public Request(
      RecordId id,
      TenantId tenant,
      ContainerFacts facts,
      Resources resources,
      List<HostPort> ports,
      HostImages images,
      Set<HostId> dependencies,
      Hints hints) {
    this(id, tenant, facts, resources, ports, images, dependencies, hints, Demands.NONE);
  }

  /** The same, with its soft hints dropped. */
  public Request withoutSoftHints() {
    return new Request(
        id, tenant, facts, resources, ports, images, dependencies, hints.required(), demands);
  }

  /** The same, with its soft hints required. */
  public Request insisting() {
    return new Request(
        id, tenant, facts, resources, ports, images, dependencies, hints.insisting(), demands);
  }

  /** The same, with other rare demands. */
  public Request with(Demands newDemands) {
    return new Request(
        id, tenant, facts, resources, ports, images, dependencies, hints, newDemands);
  }

  /** The same, on that host alone. */
  public Request on(HostId host) {
    return new Request(id, tenant, facts, resources, ports, images, Set.of(host), hints, demands);
  }

  Request withFacts(ContainerFacts newFacts) {
    return new Request(
        id, tenant, newFacts, resources, ports, images, dependencies, hints, demands);
  }
}

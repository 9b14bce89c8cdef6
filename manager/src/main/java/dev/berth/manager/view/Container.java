package dev.berth.manager.view;

import dev.berth.common.id.ContainerId;
import dev.berth.common.id.ContainerName;
import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;

/**
 * A container as its tenant's. Only the view makes one, and only a {@link Scope} gives one out: who
 * holds it has it from the caller's own scope. Immutable; a change of the container makes another.
 */
public final class Container {
  private final RecordId record;
  private final TenantId tenant;
  private final ContainerName name;
  private final HostId host;
  private final Observed observed;
  private final ListEntry entry;

  Container(
      RecordId record,
      TenantId tenant,
      ContainerName name,
      HostId host,
      Observed observed,
      ListEntry entry) {
    this.record = record;
    this.tenant = tenant;
    this.name = name;
    this.host = host;
    this.observed = observed;
    this.entry = entry;
  }

  public RecordId record() {
    return record;
  }

  public TenantId tenant() {
    return tenant;
  }

  public ContainerName name() {
    return name;
  }

  public HostId host() {
    return host;
  }

  public ContainerId id() {
    return observed.id();
  }

  /** Whether it ran when its engine was last heard of; a paused one does. */
  public boolean isRunning() {
    return observed.status().running();
  }

  Observed observed() {
    return observed;
  }

  ListEntry entry() {
    return entry;
  }
}

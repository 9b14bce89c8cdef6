package dev.berth.manager.cluster;

import dev.berth.common.http.Headers;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.HostDescriptor;
import dev.berth.common.wire.AgentApi;
import dev.berth.common.wire.TenantGroup;
import dev.berth.manager.tenant.Allotment;
import dev.berth.scheduler.quota.Quantity;
import dev.berth.scheduler.quota.Quota;
import java.util.Optional;
import java.util.function.Function;

/**
 * Which control group a tenant's containers and builds are in on a host. It may have the memory
 * there that the tenant may have in all, so that the kernel holds the sum too; a quota of nothing
 * lets nothing be made, and needs no limit here. CPUs are not limited: a v1 kernel starts no
 * container that may have more of them than its group. Safe for any thread.
 */
public final class TenantGroups {
  private static final String SLICE = ".slice";

  private final Function<TenantId, Allotment> allotments;
  private final long processes;

  /**
   * With what tenants may have.
   *
   * @param processes of a tenant on one host; 0 for no limit
   */
  public TenantGroups(Function<TenantId, Allotment> allotments, long processes) {
    this.allotments = allotments;
    this.processes = processes;
  }

  /** Empty on a host that has none for tenants. */
  public Optional<TenantGroup> of(HostDescriptor host, TenantId tenant) {
    Quota quota = allotments.apply(tenant).quota();
    return name(host, tenant)
        .map(
            name ->
                new TenantGroup(name, processes, quota.limits().getOrDefault(Quantity.MEMORY, 0L)));
  }

  /** With what the agent is told of it. */
  public Headers told(Headers headers, HostDescriptor host, TenantId tenant) {
    return of(host, tenant)
        .map(group -> headers.with(AgentApi.GROUP_HEADER, group.header()))
        .orElse(headers);
  }

  /** What an engine is told for {@code CgroupParent} on that host. */
  public static Optional<String> name(HostDescriptor host, TenantId tenant) {
    return TenantGroup.isName(host.groups())
        ? Optional.of(below(host.groups(), tenant))
        : Optional.empty();
  }

  /** A hyphen in the name of a slice means that it is in another (systemd.slice). */
  private static String below(String parent, TenantId tenant) {
    return parent.endsWith(SLICE)
        ? parent.substring(0, parent.length() - SLICE.length())
            + "-"
            + tenant.value().replace('-', '_')
            + SLICE
        : parent + "/" + tenant.value();
  }
}

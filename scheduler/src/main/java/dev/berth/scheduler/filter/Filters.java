package dev.berth.scheduler.filter;

import dev.berth.scheduler.Filter;
import java.util.List;

/** The filters that there are. */
public final class Filters {
  /** All of them, in the order of Swarm 1.2.9 with our own between: cheap ones first. */
  public static final List<Filter> STANDARD = standard();

  private Filters() {}

  private static List<Filter> standard() {
    Filter health = new HealthFilter();
    Filter tenant = new TenantFilter();
    Filter constraint = new ConstraintFilter();
    Filter whitelist = new WhitelistFilter();
    Filter platform = new PlatformFilter();
    return List.of(
        health,
        tenant,
        new PortFilter(),
        new SlotsFilter(),
        new DependencyFilter(),
        new AffinityFilter(),
        constraint,
        whitelist,
        platform,
        new ResourcesFilter(),
        new ExtrasFilter(),
        new SpreadFilter(List.of(health, tenant, constraint, whitelist, platform)));
  }
}

package dev.berth.scheduler.filter;

import dev.berth.scheduler.Filter;
import dev.berth.scheduler.TenantRules;
import java.util.List;
import java.util.function.Supplier;

/** The filters that there are. */
public final class Filters {
  /** All of them, without rules for tenants. */
  public static final List<Filter> STANDARD = standard(() -> TenantRules.NONE);

  private Filters() {}

  /**
   * All of them, in the order of Swarm 1.2.9 with our own between: cheap ones first.
   *
   * @param rules asked in the fleet's thread on each placement; must be quick
   */
  public static List<Filter> standard(Supplier<TenantRules> rules) {
    Filter health = new HealthFilter();
    Filter tenant = new TenantFilter(rules);
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

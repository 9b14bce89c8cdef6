package dev.berth.scheduler.filter;

import dev.berth.scheduler.Filter;
import java.util.List;

/** The filters that there are. */
public final class Filters {
  /** All of them, in the order of Swarm 1.2.9 and then our own: cheap ones first. */
  public static final List<Filter> STANDARD =
      List.of(
          new HealthFilter(),
          new PortFilter(),
          new SlotsFilter(),
          new DependencyFilter(),
          new AffinityFilter(),
          new ConstraintFilter(),
          new ResourcesFilter());

  private Filters() {}
}

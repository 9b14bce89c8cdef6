package dev.berth.scheduler;

import dev.berth.common.id.TenantId;
import dev.berth.scheduler.expression.Expression;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Hosts that operators keep from tenants, besides those whose label {@code berth.tenants} lists the
 * only tenants that may use them. Immutable.
 *
 * @param excluded by tenant: a host for which one of these holds takes none of its containers
 */
public record TenantRules(Map<TenantId, List<Expression>> excluded) {
  public static final TenantRules NONE = new TenantRules(Map.of());

  public TenantRules {
    Map<TenantId, List<Expression>> copy = new HashMap<>();
    excluded.forEach((tenant, expressions) -> copy.put(tenant, List.copyOf(expressions)));
    excluded = Map.copyOf(copy);
  }

  public List<Expression> excludedFor(TenantId tenant) {
    return excluded.getOrDefault(tenant, List.of());
  }
}

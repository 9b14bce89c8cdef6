package dev.berth.scheduler.filter;

import dev.berth.common.id.TenantId;
import dev.berth.scheduler.Filter;
import dev.berth.scheduler.HostState;
import dev.berth.scheduler.Request;
import dev.berth.scheduler.expression.Expression;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A host with the label {@code berth.tenants=a,b} takes what is of those tenants alone, and one
 * with an empty label takes nothing; and nothing of a tenant's goes to a host that does not satisfy
 * the tenant's rules.
 */
public final class TenantFilter implements Filter {
  TenantFilter() {}

  @Override
  public String name() {
    return "tenant";
  }

  @Override
  public boolean sparesPlainHosts(Request request) {
    return request.demands().rules().isEmpty();
  }

  @Override
  public boolean admits(HostState host, Request request) {
    return admits(host, request.tenant(), request.demands().rules());
  }

  /** Whether a tenant under such rules may have anything new on a host, whatever it is. */
  public static boolean admits(HostState host, TenantId tenant, List<Expression> rules) {
    if (!host.isOpenTo(tenant)) {
      return false;
    }
    for (Expression rule : rules) {
      if (!ConstraintFilter.holds(rule, host)) {
        return false;
      }
    }
    return true;
  }

  /** Says nothing of the rules: they may name hosts. */
  @Override
  public String condition(Request request) {
    return "open to this tenant";
  }

  @Override
  public Optional<String> boundWording() {
    return Optional.of(
        "what the container is bound to, a volume, a network or another container of its own, is on"
            + " a host that is no longer open to this tenant: ask an operator, or use others");
  }

  @Override
  public String reason(HostState host, Request request) {
    List<String> reasons = new ArrayList<>();
    if (!host.isOpenTo(request.tenant())) {
      reasons.add(
          "it is kept for tenants \"%s\"".formatted(host.labels().get(HostState.TENANTS_LABEL)));
    }
    for (Expression rule : request.demands().rules()) {
      if (!ConstraintFilter.holds(rule, host)) {
        reasons.add(
            "tenant %s is kept to hosts with %s, which does not hold"
                .formatted(request.tenant(), rule));
      }
    }
    return String.join("; ", reasons);
  }
}

package dev.berth.scheduler.filter;

import dev.berth.scheduler.Filter;
import dev.berth.scheduler.HostState;
import dev.berth.scheduler.Request;
import dev.berth.scheduler.TenantRules;
import dev.berth.scheduler.expression.Expression;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A host with the label {@code berth.tenants=a,b} takes containers of those tenants alone; and none
 * goes to a host that its tenant is kept off. A label that is empty keeps every tenant off.
 */
final class TenantFilter implements Filter {
  private final Supplier<TenantRules> rules;

  TenantFilter(Supplier<TenantRules> rules) {
    this.rules = rules;
  }

  @Override
  public String name() {
    return "tenant";
  }

  @Override
  public boolean sparesPlainHosts(Request request) {
    return rules.get().excludedFor(request.tenant()).isEmpty();
  }

  @Override
  public boolean admits(HostState host, Request request) {
    if (!host.isOpenTo(request.tenant())) {
      return false;
    }
    for (Expression excluded : rules.get().excludedFor(request.tenant())) {
      if (ConstraintFilter.holds(excluded, host)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String condition(Request request) {
    return "open to this tenant";
  }

  @Override
  public String reason(HostState host, Request request) {
    List<String> reasons = new ArrayList<>();
    if (!host.isOpenTo(request.tenant())) {
      reasons.add(
          "it is kept for tenants \"%s\"".formatted(host.labels().get(HostState.TENANTS_LABEL)));
    }
    for (Expression excluded : rules.get().excludedFor(request.tenant())) {
      if (ConstraintFilter.holds(excluded, host)) {
        reasons.add("tenant %s is kept off hosts with %s".formatted(request.tenant(), excluded));
      }
    }
    return String.join("; ", reasons);
  }
}

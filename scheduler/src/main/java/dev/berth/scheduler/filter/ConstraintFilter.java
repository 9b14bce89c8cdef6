package dev.berth.scheduler.filter;

import dev.berth.scheduler.Filter;
import dev.berth.scheduler.HostState;
import dev.berth.scheduler.Request;
import dev.berth.scheduler.expression.Expression;
import java.util.List;
import java.util.Optional;

/**
 * Constraints hold against what a host is: {@code node} against its id and name, and any other key
 * against that label, which reads as empty when the host lacks it (Swarm 1.2.9).
 */
final class ConstraintFilter implements Filter {

  @Override
  public String name() {
    return "constraint";
  }

  @Override
  public Looks looks() {
    return Looks.AT_KIND;
  }

  @Override
  public boolean concerns(Request request) {
    return !request.hints().constraints().isEmpty();
  }

  @Override
  public boolean admits(HostState host, Request request) {
    for (Expression constraint : request.hints().constraints()) {
      if (!holds(constraint, host)) {
        return false;
      }
    }
    return true;
  }

  static boolean holds(Expression constraint, HostState host) {
    return constraint.holdsFor(
        constraint.key().equals("node")
            ? List.of(host.id().value(), host.name())
            : List.of(host.labels().getOrDefault(constraint.key(), "")));
  }

  @Override
  public String condition(Request request) {
    return Expressions.shown(request.hints().constraints());
  }

  @Override
  public String reason(HostState host, Request request) {
    return Expressions.unmet(request.hints().constraints(), constraint -> holds(constraint, host));
  }

  @Override
  public Optional<String> shortfall(HostState host, Request request) {
    return Optional.of(reason(host, request));
  }
}

package dev.berth.scheduler.filter;

import dev.berth.scheduler.Filter;
import dev.berth.scheduler.HostState;
import dev.berth.scheduler.Request;
import dev.berth.scheduler.expression.Whitelist;
import java.util.List;

/** A host must be in each whitelist, by name or id (Swarm 1.2.9: by name alone). */
final class WhitelistFilter implements Filter {

  @Override
  public String name() {
    return "whitelist";
  }

  @Override
  public boolean concerns(Request request) {
    return !request.hints().whitelists().isEmpty();
  }

  @Override
  public boolean admits(HostState host, Request request) {
    for (Whitelist whitelist : request.hints().whitelists()) {
      if (!whitelist.lists(List.of(host.id().value(), host.name()))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String condition(Request request) {
    return String.join(
        " ", request.hints().whitelists().stream().map(Whitelist::toString).toList());
  }

  @Override
  public String reason(HostState host, Request request) {
    return "it is not in " + condition(request);
  }
}

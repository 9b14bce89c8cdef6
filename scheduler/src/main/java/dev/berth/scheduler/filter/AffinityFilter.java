package dev.berth.scheduler.filter;

import dev.berth.scheduler.ContainerFacts;
import dev.berth.scheduler.Filter;
import dev.berth.scheduler.HostState;
import dev.berth.scheduler.Request;
import dev.berth.scheduler.expression.Expression;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Affinities hold against what is on a host: {@code container} against names and ids, {@code image}
 * against ids, references and repositories, and any other key against that label of each container,
 * which reads as empty when the container lacks it (Swarm 1.2.9). Only containers of the request's
 * own tenant are seen.
 */
final class AffinityFilter implements Filter {
  private static final int SHORT_ID_CHARS = 12;

  @Override
  public String name() {
    return "affinity";
  }

  @Override
  public boolean concerns(Request request) {
    return !request.hints().affinities().isEmpty();
  }

  @Override
  public boolean admits(HostState host, Request request) {
    for (Expression affinity : request.hints().affinities()) {
      if (!holds(affinity, host, request)) {
        return false;
      }
    }
    return true;
  }

  private static boolean holds(Expression affinity, HostState host, Request request) {
    return affinity.holdsFor(texts(affinity.key(), host, request));
  }

  private static Collection<String> texts(String key, HostState host, Request request) {
    if (key.equals("image")) {
      return ImageNames.of(request.images().on(host.id()));
    }
    List<String> texts = new ArrayList<>();
    for (Request other : host.reservationsOf(request.tenant())) {
      ContainerFacts facts = other.facts();
      if (key.equals("container")) {
        texts.add(other.id().value());
        facts.name().ifPresent(name -> texts.add(name.value()));
        facts.id().ifPresent(id -> texts.add(id.value()));
        facts.id().ifPresent(id -> texts.add(id.value().substring(0, SHORT_ID_CHARS)));
      } else {
        texts.add(facts.labels().getOrDefault(key, ""));
      }
    }
    return texts;
  }

  @Override
  public String condition(Request request) {
    return Expressions.shown(request.hints().affinities());
  }

  @Override
  public String reason(HostState host, Request request) {
    return Expressions.unmet(
        request.hints().affinities(), affinity -> holds(affinity, host, request));
  }
}

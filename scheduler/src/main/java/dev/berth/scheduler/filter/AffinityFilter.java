package dev.berth.scheduler.filter;

import dev.berth.scheduler.ContainerFacts;
import dev.berth.scheduler.Filter;
import dev.berth.scheduler.HostState;
import dev.berth.scheduler.Label;
import dev.berth.scheduler.Request;
import dev.berth.scheduler.expression.Expression;
import dev.berth.scheduler.expression.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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

  /** What is to be avoided is on hosts of the tenant's; what is wanted may be on none. */
  @Override
  public Reach reach(Request request) {
    for (Expression affinity : request.hints().affinities()) {
      if (affinity.operator() == Operator.EQUAL || affinity.key().equals("image")) {
        return Reach.EVERY;
      }
    }
    return Reach.OWN;
  }

  @Override
  public Optional<List<Label>> ownLabels(Request request) {
    List<Label> labels = new ArrayList<>();
    for (Expression affinity : request.hints().affinities()) {
      Optional<Label> label = Label.of(affinity);
      if (label.isEmpty()) {
        return Optional.empty();
      }
      labels.add(label.get());
    }
    return Optional.of(labels);
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
    if (affinity.key().equals("image")) {
      return affinity.holdsFor(ImageNames.of(request.images().on(host.id())));
    }
    boolean isFound = false;
    for (Request other : host.reservationsOf(request.tenant())) {
      isFound |= isMeant(affinity, other);
    }
    return isFound == (affinity.operator() == Operator.EQUAL);
  }

  private static boolean isMeant(Expression affinity, Request other) {
    ContainerFacts facts = other.facts();
    if (!affinity.key().equals("container")) {
      return affinity.matches(facts.labels().getOrDefault(affinity.key(), ""));
    }
    return affinity.matches(other.id().value())
        || facts.name().filter(name -> affinity.matches(name.value())).isPresent()
        || facts.id().filter(id -> affinity.matches(id.value())).isPresent()
        || facts
            .id()
            .filter(id -> affinity.matches(id.value().substring(0, SHORT_ID_CHARS)))
            .isPresent();
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

  @Override
  public Optional<String> shortfall(HostState host, Request request) {
    return Optional.of(reason(host, request));
  }
}

package dev.berth.scheduler.expression;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The expressions of one create call; all of them must hold. Immutable. */
public record Hints(
    List<Expression> constraints,
    List<Expression> affinities,
    List<Whitelist> whitelists,
    List<Topology> topologies) {
  public static final Hints NONE = new Hints(List.of(), List.of(), List.of(), List.of());

  private static final int MAX_HINTS = 64;

  /** What a create call asked for, and its environment as the engine shall see it. */
  public record Taken(Hints hints, List<String> environment) {
    public Taken {
      environment = List.copyOf(environment);
    }
  }

  public Hints {
    constraints = List.copyOf(constraints);
    affinities = List.copyOf(affinities);
    whitelists = List.copyOf(whitelists);
    topologies = List.copyOf(topologies);
  }

  /**
   * Reads hints that have already been found, each a kind and an expression, as {@code
   * constraint:zone==a}.
   *
   * @throws MalformedHintException when one is of another kind, cannot be read, or there are more
   *     than 64
   */
  public static Hints parse(List<String> texts) throws MalformedHintException {
    Collector collector = new Collector();
    for (String text : texts) {
      int colon = Math.max(text.indexOf(':'), 0);
      HintKind kind =
          HintKind.ofWord(text.substring(0, colon))
              .orElseThrow(
                  () ->
                      new MalformedHintException(
                          "placement hint \"%s\" is invalid: begin it with constraint:, affinity:, whitelist: or spread:"
                              .formatted(shortened(text))));
      collector.add(kind, text.substring(colon + 1));
    }
    return collector.hints();
  }

  /**
   * Takes the hints out of a create call.
   *
   * @param environment the variables; those that are hints are not in the result
   * @param labels the expressions in the container's labels, by label; labels that {@link
   *     HintKind#ofLabel} does not know are passed over
   * @throws MalformedHintException when one cannot be read, or there are more than 64
   */
  public static Taken take(List<String> environment, Map<String, List<String>> labels)
      throws MalformedHintException {
    Collector collector = new Collector();
    List<String> rest = new ArrayList<>();
    for (String variable : environment) {
      int colon = Math.max(variable.indexOf(':'), 0);
      var kind = HintKind.ofWord(variable.substring(0, colon));
      if (kind.isPresent()) {
        collector.add(kind.get(), variable.substring(colon + 1));
      } else {
        rest.add(variable);
      }
    }
    for (Map.Entry<String, List<String>> label : labels.entrySet()) {
      var kind = HintKind.ofLabel(label.getKey());
      if (kind.isPresent()) {
        for (String text : label.getValue()) {
          collector.add(kind.get(), text);
        }
      }
    }
    return new Taken(collector.hints(), rest);
  }

  /** Whether there is something that may be dropped. */
  public boolean hasSoft() {
    for (Expression constraint : constraints) {
      if (constraint.soft()) {
        return true;
      }
    }
    for (Expression affinity : affinities) {
      if (affinity.soft()) {
        return true;
      }
    }
    return whitelists.stream().anyMatch(Whitelist::soft)
        || topologies.stream().anyMatch(Topology::soft);
  }

  /** What is required, without what is only wanted. */
  public Hints required() {
    return new Hints(
        constraints.stream().filter(expression -> !expression.soft()).toList(),
        affinities.stream().filter(expression -> !expression.soft()).toList(),
        whitelists.stream().filter(whitelist -> !whitelist.soft()).toList(),
        topologies.stream().filter(topology -> !topology.soft()).toList());
  }

  /** The same, with what is only wanted required. */
  public Hints insisting() {
    return new Hints(
        constraints.stream().map(Expression::insisting).toList(),
        affinities.stream().map(Expression::insisting).toList(),
        whitelists.stream().map(Whitelist::insisting).toList(),
        topologies.stream().map(Topology::insisting).toList());
  }

  private static String shortened(String text) {
    String printable = text.replaceAll("\\p{Cntrl}", "?");
    return printable.length() <= 100 ? printable : printable.substring(0, 100) + "...";
  }

  private static final class Collector {
    private final List<Expression> constraints = new ArrayList<>();
    private final List<Expression> affinities = new ArrayList<>();
    private final List<Whitelist> whitelists = new ArrayList<>();
    private final List<Topology> topologies = new ArrayList<>();
    private int count;

    void add(HintKind kind, String text) throws MalformedHintException {
      if (count++ == MAX_HINTS) {
        throw new MalformedHintException(
            "there are more than %d placement hints: leave some out".formatted(MAX_HINTS));
      }
      try {
        switch (kind) {
          case CONSTRAINT -> constraints.add(Expression.parse(text));
          case AFFINITY -> affinities.add(Expression.parse(text));
          case WHITELIST -> whitelists.add(Whitelist.parse(text));
          case SPREAD -> topologies.add(Topology.parse(text));
        }
      } catch (MalformedHintException e) {
        throw new MalformedHintException(
            "%s \"%s\" is invalid: %s".formatted(kind.word(), shortened(text), e.getMessage()));
      }
    }

    Hints hints() {
      return new Hints(constraints, affinities, whitelists, topologies);
    }
  }
}

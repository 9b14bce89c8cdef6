package dev.berth.manager.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.Labels;
import dev.berth.scheduler.HostPort;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * The ports of a host that a create body publishes. An engine would choose those that are left open
 * when the container starts, each engine for itself; Berth chooses them when it is placed, so that
 * no two containers of the fleet have the same.
 */
public final class PublishedPorts {
  private static final int PROTOCOL_LIMIT = 2;

  private PublishedPorts() {}

  /**
   * Asks for a port for each exposed one that has none: what {@code PublishAllPorts} means.
   *
   * @param exposed ports of containers, as 80/tcp
   */
  public static void publishAll(ObjectNode body, Collection<String> exposed) {
    remember(body);
    ObjectNode bindings = bindings(body);
    for (String port : exposed) {
      if (bindings.path(port).isEmpty()) {
        bindings.putArray(port).addObject().put("HostPort", "");
      }
    }
  }

  /** Keeps what was asked for in a label, because that is what an engine would show. */
  private static void remember(ObjectNode body) {
    ObjectNode labels =
        body.path("Labels") instanceof ObjectNode given ? given : body.putObject("Labels");
    if (!labels.has(Labels.PORTS)) {
      labels.put(Labels.PORTS, bindings(body).toString());
    }
  }

  private static ObjectNode bindings(ObjectNode body) {
    ObjectNode hostConfig =
        body.path("HostConfig") instanceof ObjectNode given ? given : body.putObject("HostConfig");
    return hostConfig.path("PortBindings") instanceof ObjectNode given
        ? given
        : hostConfig.putObject("PortBindings");
  }

  /** The ports with a number of their own. */
  static Set<HostPort> fixed(JsonNode body) {
    Set<HostPort> ports = new HashSet<>();
    for (Map.Entry<String, JsonNode> binding :
        body.path("HostConfig").path("PortBindings").properties()) {
      for (JsonNode one : binding.getValue()) {
        Wish wish = Wish.of(one);
        if (wish.isFixed()) {
          ports.add(new HostPort(HostPort.ANY_ADDRESS, wish.from(), protocol(binding.getKey())));
        }
      }
    }
    return ports;
  }

  private static HostPort.Protocol protocol(String containerPort) {
    String[] parts = containerPort.split("/", PROTOCOL_LIMIT);
    return parts.length == PROTOCOL_LIMIT
        ? HostPort.Protocol.valueOf(parts[1].toUpperCase(Locale.ROOT))
        : HostPort.Protocol.TCP;
  }

  /**
   * Gives a number to each port that leaves it open, or open within a range.
   *
   * @param open where those come from that name no range
   * @param free whether nobody in the fleet has that port
   * @return the body with all numbers; the same when nothing was open
   * @throws RefusedPlacementException when nothing is free
   */
  static ObjectNode assign(
      ObjectNode body, PortRange open, Predicate<HostPort> free, RandomGenerator random)
      throws RefusedPlacementException {
    boolean isComplete =
        body.path("HostConfig").path("PortBindings").properties().stream()
            .flatMap(binding -> binding.getValue().valueStream())
            .allMatch(one -> Wish.of(one).isFixed());
    if (isComplete) {
      return body;
    }
    ObjectNode complete = body.deepCopy();
    remember(complete);
    Set<HostPort> taken = fixed(body);
    for (Map.Entry<String, JsonNode> binding : bindings(complete).properties()) {
      HostPort.Protocol protocol = protocol(binding.getKey());
      for (JsonNode one : binding.getValue()) {
        Wish wish = Wish.of(one);
        if (!wish.isFixed()) {
          IntPredicate fits =
              number -> {
                HostPort port = new HostPort(HostPort.ANY_ADDRESS, number, protocol);
                return !taken.contains(port) && free.test(port);
              };
          int number = wish.choose(open, fits, random);
          taken.add(new HostPort(HostPort.ANY_ADDRESS, number, protocol));
          ((ObjectNode) one).put("HostPort", Integer.toString(number));
        }
      }
    }
    return complete;
  }

  /** A port as it was asked for: 0 to 0 is any. */
  private record Wish(int from, int to) {
    static Wish of(JsonNode binding) {
      String text = binding.path("HostPort").asText("");
      if (text.isEmpty()) {
        return new Wish(0, 0);
      }
      int hyphen = text.indexOf('-');
      int from = Integer.parseInt(hyphen < 0 ? text : text.substring(0, hyphen));
      return new Wish(from, hyphen < 0 ? from : Integer.parseInt(text.substring(hyphen + 1)));
    }

    boolean isFixed() {
      return from == to && from != 0;
    }

    /** Ranges are taken from their begin, as an engine does; what is open from anywhere. */
    int choose(PortRange open, IntPredicate fits, RandomGenerator random)
        throws RefusedPlacementException {
      boolean isOpen = to == 0;
      PortRange range = isOpen ? open : new PortRange(Math.max(1, from), to);
      int start = isOpen ? random.nextInt(range.size()) : 0;
      Optional<Integer> found =
          IntStream.range(0, range.size())
              .map(i -> range.first() + (start + i) % range.size())
              .filter(fits)
              .boxed()
              .findFirst();
      return found.orElseThrow(
          () ->
              new RefusedPlacementException(
                  "all ports from %d to %d are in use: port is already allocated"
                      .formatted(range.first(), range.last())));
    }
  }
}

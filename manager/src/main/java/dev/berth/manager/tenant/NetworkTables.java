package dev.berth.manager.tenant;

import static dev.berth.manager.tenant.FieldTable.field;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a container is joined to networks and seen from outside (Engine API v1.41 to v1.51). */
final class NetworkTables {
  private static final Set<String> ANY_ADDRESS = Set.of("", "0.0.0.0", "::");
  private static final Pattern PORTS = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?");
  private static final Pattern EXTRA_HOST =
      Pattern.compile("[A-Za-z0-9_.-]+:\\[?([0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)]?");

  private static final FieldTable IPAM =
      new FieldTable(
          Rules.UNKNOWN,
          List.of(
              field("IPv4Address", Rules.TEXT),
              field("IPv6Address", Rules.TEXT),
              field("LinkLocalIPs", Rules.TEXTS)));

  static final FieldTable ENDPOINT =
      new FieldTable(
          Rules.UNKNOWN,
          List.of(
              field("IPAMConfig", IPAM),
              field("Links", Rules.each(References.NETWORK_LINK)),
              field("Aliases", Rules.TEXTS),
              field("MacAddress", Rules.TEXT),
              field("GwPriority", Rules.NUMBER),
              field("DriverOpts", Rules.zero("driver options reach into the host's network")),
              field("NetworkID", Rules.IGNORED),
              field("EndpointID", Rules.IGNORED),
              field("Gateway", Rules.IGNORED),
              field("IPAddress", Rules.IGNORED),
              field("IPPrefixLen", Rules.IGNORED),
              field("IPv6Gateway", Rules.IGNORED),
              field("GlobalIPv6Address", Rules.IGNORED),
              field("GlobalIPv6PrefixLen", Rules.IGNORED),
              field("DNSNames", Rules.IGNORED)));

  static final FieldTable NETWORKING =
      new FieldTable(Rules.UNKNOWN, List.of(field("EndpointsConfig", References.ENDPOINTS)));

  private static final FieldTable PORT_BINDING =
      new FieldTable(
          Rules.UNKNOWN,
          List.of(
              field("HostIp", NetworkTables::hostAddress),
              field("HostPort", NetworkTables::hostPort)));

  /** The published ports; a null list is as good as none. */
  static final Rule PORT_BINDINGS = NetworkTables::portBindings;

  static final Rule EXTRA_HOST_RULE =
      Rules.text(
          host -> EXTRA_HOST.matcher(host).matches(),
          "give a name, a colon and an address; host-gateway would lead to the host");

  private NetworkTables() {}

  private static Optional<JsonNode> portBindings(JsonNode value, Place at) {
    if (!(value instanceof ObjectNode ports)) {
      throw at.malformed("an object");
    }
    Rule bindings = Rules.each(PORT_BINDING);
    ObjectNode admitted = JsonNodeFactory.instance.objectNode();
    for (var entry : ports.properties()) {
      if (!entry.getValue().isNull()) {
        bindings
            .admit(entry.getValue(), at.field(entry.getKey()))
            .ifPresent(list -> admitted.set(entry.getKey(), list));
      }
    }
    return Optional.of(admitted);
  }

  /** Publishing on fewer addresses than was asked for is safe to refuse, on more is not. */
  private static Optional<JsonNode> hostAddress(JsonNode value, Place at) {
    if (!ANY_ADDRESS.contains(Rules.text(value, at))) {
      throw at.denied("ports are published on the host's own address; leave the address out");
    }
    return Optional.empty();
  }

  private static Optional<JsonNode> hostPort(JsonNode value, Place at) {
    String ports = Rules.text(value, at);
    if (ports.isEmpty()) {
      return Optional.of(value);
    }
    Matcher matcher = PORTS.matcher(ports);
    if (!matcher.matches()) {
      throw at.malformed("a port or a range of ports");
    }
    int first = Integer.parseInt(matcher.group(1));
    int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
    int lowest = at.limits().lowestHostPort();
    // Port 0 asks the engine for a free one.
    if (last > 65_535 || last < first || (first < lowest && last != 0)) {
      throw at.denied("ports from %d to 65535 can be published on".formatted(lowest));
    }
    return Optional.of(value);
  }
}

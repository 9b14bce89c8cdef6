package dev.berth.manager.tenant;

import static dev.berth.manager.tenant.FieldTable.field;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a tenant may ask of a new network, and of a container's endpoint in one (Engine API). */
public final class NetworkPolicy {
  private static final Set<String> OPTIONS =
      Set.of(
          "com.docker.network.bridge.enable_icc",
          "com.docker.network.bridge.enable_ip_masquerade",
          "com.docker.network.driver.mtu");

  private static final Rule RANGE =
      new FieldTable(
          Rules.UNKNOWN,
          List.of(
              field("Subnet", Rules.TEXT),
              field("IPRange", Rules.TEXT),
              field("Gateway", Rules.TEXT),
              field("AuxiliaryAddresses", Rules.TEXT_MAP)));

  static final FieldTable IPAM =
      new FieldTable(
          Rules.UNKNOWN,
          List.of(
              field("Driver", Rules.oneOf("addresses are given by the driver default", "default")),
              field("Options", Rules.zero("options of an address driver are the operator's")),
              field("Config", Rules.each(RANGE))));

  static final FieldTable CREATE =
      new FieldTable(
          Rules.UNKNOWN,
          List.of(
              field("Name", Rules.TEXT),
              field("CheckDuplicate", Rules.FLAG),
              field("Driver", NetworkPolicy::driver),
              field("Scope", Rules.oneOf("networks of tenants have the scope local", "local")),
              field("Internal", Rules.FLAG),
              field("Attachable", Rules.FLAG),
              field("Ingress", Rules.zero("there is no swarm")),
              field("ConfigOnly", Rules.zero("configurations of networks are the operator's")),
              field("ConfigFrom", Rules.zero("configurations of networks are the operator's")),
              field("EnableIPv4", NetworkPolicy::withIpv4),
              field(
                  "EnableIPv6",
                  Rules.zero("networks of tenants have IPv4 addresses; leave it out")),
              field("IPAM", IPAM),
              field("Options", Rules.entries(NetworkPolicy::option, Rules.TEXT)),
              field("Labels", LabelRules.PLAIN)));

  private NetworkPolicy() {}

  /**
   * What of this body goes to an engine.
   *
   * @throws PolicyDeniedException naming the field that the tenant may not have
   * @throws MalformedBodyException when a field is not of its type
   */
  public static ObjectNode admit(ObjectNode asked) {
    return CREATE.apply(
        inOneSpelling(asked), Place.top(Admission.alone("NetworkCreate", TenantPolicy.DEFAULT)));
  }

  /**
   * An engine does not look at the case of a name, and docker-java 3.7 writes this one twice, with
   * one value.
   */
  private static ObjectNode inOneSpelling(ObjectNode asked) {
    if (!asked.has("enableIPv6")) {
      return asked;
    }
    ObjectNode changed = asked.deepCopy();
    JsonNode other = changed.remove("enableIPv6");
    if (!changed.hasNonNull("EnableIPv6")) {
      changed.set("EnableIPv6", other);
    } else if (!other.isNull() && !other.equals(changed.get("EnableIPv6"))) {
      throw new MalformedBodyException("EnableIPv6 is given twice, and not alike");
    }
    return changed;
  }

  /**
   * What of an endpoint's configuration goes to an engine, as for the field EndpointConfig of
   * NetworkConnect.
   */
  public static ObjectNode admitEndpoint(
      ObjectNode asked, dev.berth.common.id.TenantId tenant, NameScope names) {
    Place top = Place.top(new Admission("NetworkConnect", tenant, names, TenantPolicy.DEFAULT));
    return NetworkTables.ENDPOINT.apply(asked, top.field("EndpointConfig"));
  }

  private static Optional<JsonNode> driver(JsonNode value, Place at) {
    String driver = Rules.text(value, at);
    if (!driver.isEmpty() && !driver.equals("bridge") && !driver.equals("default")) {
      throw at.denied("\"%s\" would join the host's own network; use bridge".formatted(driver));
    }
    return Rules.of("bridge");
  }

  private static Optional<JsonNode> withIpv4(JsonNode value, Place at) {
    if (!value.asBoolean(true)) {
      throw at.denied("networks of tenants have IPv4");
    }
    return Optional.empty();
  }

  private static void option(String name, Place at) {
    if (!OPTIONS.contains(name)) {
      throw at.denied(
          "it is not among the options for tenants: "
              + String.join(", ", OPTIONS.stream().sorted().toList()));
    }
  }
}

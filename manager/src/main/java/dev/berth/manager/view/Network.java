package dev.berth.manager.view;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.HostId;
import dev.berth.common.id.Labels;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.NetworkRecord;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A network as its tenant's. Only a {@link Scope} gives one out: who holds it has it from the
 * caller's own scope. Immutable.
 */
public sealed interface Network {
  /** The id that the tenant sees. */
  String id();

  String name();

  /** The entry of {@code GET /networks}, without the containers. */
  ObjectNode json();

  default boolean isPredefined() {
    return !(this instanceof Own);
  }

  default JsonNode labels() {
    return json().path("Labels");
  }

  /** One that the tenant made, on one host. */
  record Own(NetworkRecord record, Optional<JsonNode> seen) implements Network {
    @Override
    public String id() {
      return record.networkId();
    }

    @Override
    public String name() {
      return record.name();
    }

    public HostId host() {
      return new HostId(record.host());
    }

    /** What its engine calls it. */
    public String engineName() {
      return record.engineName();
    }

    @Override
    public ObjectNode json() {
      ObjectNode json =
          seen.map(node -> ((ObjectNode) node).deepCopy())
              .orElseGet(() -> outline(name(), id(), created(), "bridge"));
      json.put("Name", name());
      if (json.path("Labels") instanceof ObjectNode labels) {
        labels.remove(
            labels.properties().stream()
                .map(Map.Entry::getKey)
                .filter(Labels::isReserved)
                .toList());
      }
      return json;
    }

    private String created() {
      return Instant.ofEpochMilli(record.created()).toString();
    }
  }

  /** The tenant's default network: an engine network on each host where it was needed. */
  record Bridge(TenantId tenant, List<Own> onHosts) implements Network {
    @Override
    public String id() {
      return Predefined.id(tenant, Predefined.BRIDGE);
    }

    @Override
    public String name() {
      return Predefined.BRIDGE;
    }

    @Override
    public ObjectNode json() {
      String created =
          onHosts.stream()
              .map(own -> own.json().path("Created").asText())
              .sorted()
              .findFirst()
              .orElse(Instant.EPOCH.toString());
      ObjectNode json = outline(name(), id(), created, "bridge");
      ArrayNode subnets = (ArrayNode) json.path("IPAM").path("Config");
      for (Own own : onHosts) {
        own.json().path("IPAM").path("Config").forEach(subnets::add);
      }
      // What an engine shows of the default network that it makes for itself.
      ((ObjectNode) json.path("Options"))
          .put("com.docker.network.bridge.default_bridge", "true")
          .put("com.docker.network.bridge.enable_icc", "true")
          .put("com.docker.network.bridge.enable_ip_masquerade", "true")
          .put("com.docker.network.bridge.host_binding_ipv4", "0.0.0.0")
          .put("com.docker.network.bridge.name", "docker0")
          .put("com.docker.network.driver.mtu", "1500");
      return json;
    }
  }

  /** No network: only the container's own loopback. */
  record None(TenantId tenant) implements Network {
    @Override
    public String id() {
      return Predefined.id(tenant, Predefined.NONE);
    }

    @Override
    public String name() {
      return Predefined.NONE;
    }

    @Override
    public ObjectNode json() {
      return outline(name(), id(), Instant.EPOCH.toString(), "null");
    }
  }

  private static ObjectNode outline(String name, String id, String created, String driver) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("Name", name);
    json.put("Id", id);
    json.put("Created", created);
    json.put("Scope", "local");
    json.put("Driver", driver);
    json.put("EnableIPv6", false);
    ObjectNode ipam = json.putObject("IPAM");
    ipam.put("Driver", "default").putNull("Options").putArray("Config");
    json.put("Internal", false);
    json.put("Attachable", false);
    json.put("Ingress", false);
    json.putObject("ConfigFrom").put("Network", "");
    json.put("ConfigOnly", false);
    json.putObject("Containers");
    json.putObject("Options");
    json.putObject("Labels");
    return json;
  }
}

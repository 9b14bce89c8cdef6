package dev.berth.manager.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.Labels;
import dev.berth.common.id.TenantId;
import dev.berth.manager.cluster.Bridges;
import dev.berth.manager.view.Container;
import dev.berth.manager.view.Predefined;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Turns the networks in an engine's description of a container into its tenant's: its default
 * network is the engine's own one again, with the old kind of links, and no alias shows that Berth
 * gave.
 */
final class TenantEndpoints {
  /** What an engine repeats of its default network beside the list of networks. */
  private static final List<String> REPEATED =
      List.of(
          "EndpointID",
          "Gateway",
          "GlobalIPv6Address",
          "GlobalIPv6PrefixLen",
          "IPAddress",
          "IPPrefixLen",
          "IPv6Gateway",
          "MacAddress");

  private final TenantId tenant;
  private final String prefix;
  private final UnaryOperator<String> containerName;

  /**
   * For a tenant.
   *
   * @param containerName the name of the tenant's container of that id or beginning of an id, or
   *     what it was given when there is none
   */
  TenantEndpoints(TenantId tenant, UnaryOperator<String> containerName) {
    this.tenant = tenant;
    this.prefix = tenant.value() + ".";
    this.containerName = containerName;
  }

  /**
   * Changes the answer of {@code GET /containers/{id}/json} in place, before its labels are those
   * that the tenant sees.
   */
  void inspect(ObjectNode json, Container container) {
    String asked = json.path("Config").path("Labels").path(Labels.NETWORK_MODE).asText("");
    if (!asked.isEmpty() && json.path("HostConfig") instanceof ObjectNode hostConfig) {
      hostConfig.put("NetworkMode", asked);
    }
    if (!(json.path("NetworkSettings") instanceof ObjectNode settings)
        || !(settings.path("Networks") instanceof ObjectNode networks)) {
      return;
    }
    List<Map.Entry<String, JsonNode>> entries = new ArrayList<>(networks.properties());
    networks.removeAll();
    for (Map.Entry<String, JsonNode> entry : entries) {
      String name = entry.getKey();
      ObjectNode endpoint = (ObjectNode) entry.getValue();
      if (name.equals(Bridges.engineName(tenant))) {
        onBridge(json, settings, endpoint, container);
      } else if (name.startsWith(prefix)) {
        onOwn(endpoint);
      }
      String own = name.startsWith(prefix) ? name.substring(prefix.length()) : name;
      if ((own.equals(Predefined.BRIDGE) || own.equals(Predefined.NONE))
          && !endpoint.path("NetworkID").asText().isEmpty()) {
        endpoint.put("NetworkID", Predefined.id(tenant, own));
      }
      networks.set(own, endpoint);
    }
  }

  private void onBridge(
      ObjectNode json, ObjectNode settings, ObjectNode endpoint, Container container) {
    for (String field : REPEATED) {
      if (endpoint.has(field)) {
        settings.set(field, endpoint.get(field));
      }
    }
    ArrayNode links = json.arrayNode();
    for (JsonNode link : endpoint.path("Links")) {
      String[] parts = link.asText().split(":", 2);
      links.add(
          "/%s:/%s/%s"
              .formatted(containerName.apply(parts[0]), container.name(), parts[parts.length - 1]));
    }
    if (!links.isEmpty() && json.path("HostConfig") instanceof ObjectNode hostConfig) {
      hostConfig.set("Links", links);
    }
    endpoint.putNull("Links");
    endpoint.putNull("Aliases");
  }

  private void onOwn(ObjectNode endpoint) {
    if (endpoint.path("Aliases") instanceof ArrayNode aliases && !aliases.isEmpty()) {
      aliases.remove(0);
      if (aliases.isEmpty()) {
        endpoint.putNull("Aliases");
      }
    }
    if (endpoint.path("Links") instanceof ArrayNode links) {
      for (int i = 0; i < links.size(); i++) {
        String[] parts = links.get(i).asText().split(":", 2);
        links.set(i, containerName.apply(parts[0]) + ":" + parts[parts.length - 1]);
      }
    }
  }
}

package dev.berth.manager.tenant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.Labels;
import java.util.List;

/**
 * Puts a container that is to be on an engine's default network on its tenant's instead. There a
 * link is one of the endpoint, because engines serve the old kind on their own default network
 * alone.
 */
public final class DefaultNetwork {
  private static final List<String> NAMES = List.of("default", "bridge", "");
  private static final int SHORT_ID = 12;

  private DefaultNetwork() {}

  /**
   * Changes an admitted create body in place; returns whether the container needs the network.
   *
   * @param engineName what engines call the tenant's default network
   * @throws MalformedBodyException in the engine's words, for what it has on other networks only
   */
  public static boolean replace(ObjectNode body, String engineName) {
    ObjectNode hostConfig = (ObjectNode) body.path("HostConfig");
    String mode = hostConfig.path("NetworkMode").asText("");
    boolean isMode = NAMES.contains(mode);
    JsonNode endpoints = body.path("NetworkingConfig").path("EndpointsConfig");
    boolean isNamed = NAMES.stream().anyMatch(endpoints::has);
    if (!isMode && !isNamed) {
      return false;
    }
    ObjectNode own =
        body.path("NetworkingConfig").path("EndpointsConfig") instanceof ObjectNode given
            ? given
            : object(object(body, "NetworkingConfig"), "EndpointsConfig");
    ObjectNode endpoint = body.objectNode();
    for (String name : NAMES) {
      if (own.remove(name) instanceof ObjectNode given) {
        requireAllowed(given);
        endpoint.setAll(given);
      }
    }
    if (isMode) {
      hostConfig.put("NetworkMode", engineName);
      if (!mode.equals("bridge")) {
        object(body, "Labels").put(Labels.NETWORK_MODE, "default");
      }
      if (hostConfig.remove("Links") instanceof ArrayNode links && !links.isEmpty()) {
        ArrayNode ownLinks = endpoint.withArray("Links");
        for (JsonNode link : links) {
          String text = link.asText();
          ownLinks.add(text.substring(0, SHORT_ID) + text.substring(text.indexOf(':')));
        }
      }
    }
    own.set(engineName, endpoint);
    return true;
  }

  /**
   * Requires that an endpoint of the default network asks for nothing that an engine has on
   * networks of users only.
   *
   * @throws MalformedBodyException in the engine's words
   */
  public static void requireAllowed(ObjectNode endpoint) {
    JsonNode ipam = endpoint.path("IPAMConfig");
    if (!ipam.path("IPv4Address").asText("").isEmpty()
        || !ipam.path("IPv6Address").asText("").isEmpty()) {
      throw new MalformedBodyException(
          "user specified IP address is supported on user defined networks only");
    }
    if (!endpoint.path("Aliases").isEmpty()) {
      throw new MalformedBodyException(
          "network-scoped alias is supported only for containers in user defined networks");
    }
  }

  private static ObjectNode object(ObjectNode parent, String field) {
    return parent.path(field) instanceof ObjectNode there ? there : parent.putObject(field);
  }
}

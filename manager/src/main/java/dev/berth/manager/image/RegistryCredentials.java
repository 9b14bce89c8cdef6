package dev.berth.manager.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.berth.manager.view.ImageName;
import java.io.IOException;
import java.util.Base64;
import java.util.Map;
import java.util.Set;

/**
 * A client's credentials for several registries (Engine API, ImageBuild, X-Registry-Config). What
 * cannot be read is none, as for an engine. Immutable; never logged.
 */
public final class RegistryCredentials {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String HUB = "docker.io";
  private static final Set<String> HUBS = Set.of("index.docker.io", "registry-1.docker.io");

  private final JsonNode registries;

  private RegistryCredentials(JsonNode registries) {
    this.registries = registries;
  }

  /**
   * Reads the header.
   *
   * @param header empty for none
   */
  public static RegistryCredentials parse(String header) {
    try {
      byte[] json = Base64.getUrlDecoder().decode(header.replaceFirst("=+$", ""));
      return new RegistryCredentials(JSON.readTree(json));
    } catch (IOException | IllegalArgumentException e) {
      return new RegistryCredentials(JsonNodeFactory.instance.objectNode());
    }
  }

  /** What a pull of that name sends as {@code X-Registry-Auth}; empty for nothing. */
  String of(ImageName name) {
    for (Map.Entry<String, JsonNode> registry : registries.properties()) {
      if (host(registry.getKey()).equals(name.domain())) {
        try {
          return Base64.getUrlEncoder().encodeToString(JSON.writeValueAsBytes(registry.getValue()));
        } catch (JsonProcessingException e) {
          throw new IllegalStateException(e);
        }
      }
    }
    return "";
  }

  /** Clients give a host, or a URL of it. */
  private static String host(String registry) {
    String host = registry.replaceFirst("^https?://", "").split("/", 2)[0];
    return HUBS.contains(host) ? HUB : host;
  }
}

package dev.berth.manager.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.TenantId;
import dev.berth.manager.view.Container;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Containers in networks. On a network that a tenant made, a container answers to the name that its
 * engine has for it, which holds the tenant's; so that it answers to its own, too, that is the
 * first of its aliases there, and not shown. Safe for any thread.
 */
public final class Endpoints {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int SHORT_ID = 12;
  private static final Duration ANSWER = Duration.ofSeconds(60);

  private final Hosts hosts;

  public Endpoints(Hosts hosts) {
    this.hosts = hosts;
  }

  /** Gives each endpoint of a create body in a network of the tenant's the container's own name. */
  static void addName(ObjectNode body, TenantId tenant, String name) {
    String bridge = Bridges.engineName(tenant);
    String mode = body.path("HostConfig").path("NetworkMode").asText();
    if (isOwn(mode, tenant)) {
      object(object(object(body, "NetworkingConfig"), "EndpointsConfig"), mode);
    }
    JsonNode endpoints = body.path("NetworkingConfig").path("EndpointsConfig");
    endpoints
        .properties()
        .forEach(
            endpoint -> {
              if (isOwn(endpoint.getKey(), tenant) && !endpoint.getKey().equals(bridge)) {
                addName((ObjectNode) endpoint.getValue(), name);
              }
            });
  }

  /** Makes that name the first alias of an endpoint. */
  public static void addName(ObjectNode endpoint, String name) {
    ArrayNode aliases = endpoint.arrayNode().add(name);
    endpoint.path("Aliases").forEach(aliases::add);
    endpoint.set("Aliases", aliases);
  }

  private static boolean isOwn(String network, TenantId tenant) {
    return network.startsWith(tenant + ".");
  }

  private static ObjectNode object(ObjectNode parent, String field) {
    return parent.path(field) instanceof ObjectNode there ? there : parent.putObject(field);
  }

  /**
   * Makes a container that does not run answer to the name that it has now, in every network where
   * it still has an earlier one. What fails between leaving a network and joining it again leaves
   * it out of that network, and is told.
   */
  public void realign(Container container) throws IOException {
    List<String> networks = container.networksWithOldName();
    if (networks.isEmpty()) {
      return;
    }
    HostLink host = hosts.link(container.host());
    EngineAnswer inspected = host.call("GET", "/containers/" + container.id() + "/json", ANSWER);
    if (!inspected.isOk()) {
      throw new IOException(inspected.message());
    }
    for (String network : networks) {
      JsonNode now = inspected.json().path("NetworkSettings").path("Networks").path(network);
      ObjectNode endpoint = settings(now);
      List<String> aliases = new ArrayList<>();
      now.path("Aliases").forEach(alias -> aliases.add(alias.asText()));
      ArrayNode kept = endpoint.putArray("Aliases").add(container.name().value());
      aliases.stream().skip(1).forEach(kept::add);
      post(host, path(network, "disconnect"), body(container));
      ObjectNode connect = body(container);
      connect.set("EndpointConfig", endpoint);
      post(host, path(network, "connect"), connect);
    }
  }

  /**
   * Puts a container that does not run into the networks of its tenant that another was in, and no
   * others, with the same names and addresses.
   *
   * @param other as its engine shows it
   */
  public void copy(JsonNode other, Container container) throws IOException {
    HostLink host = hosts.link(container.host());
    EngineAnswer inspected = host.call("GET", "/containers/" + container.id() + "/json", ANSWER);
    if (!inspected.isOk()) {
      throw new IOException(inspected.message());
    }
    for (String network : networks(inspected.json(), container.tenant())) {
      post(host, path(network, "disconnect"), body(container));
    }
    String shortId = other.path("Id").asText().substring(0, SHORT_ID);
    for (String network : networks(other, container.tenant())) {
      JsonNode before = other.path("NetworkSettings").path("Networks").path(network);
      ObjectNode endpoint = settings(before);
      ArrayNode aliases = endpoint.putArray("Aliases");
      before
          .path("Aliases")
          .valueStream()
          .filter(alias -> !alias.asText().equals(shortId))
          .forEach(aliases::add);
      ObjectNode connect = body(container);
      connect.set("EndpointConfig", endpoint);
      post(host, path(network, "connect"), connect);
    }
  }

  private static List<String> networks(JsonNode inspected, TenantId tenant) {
    List<String> own = new ArrayList<>();
    inspected
        .path("NetworkSettings")
        .path("Networks")
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (isOwn(name, tenant) && !name.equals(Bridges.engineName(tenant))) {
                own.add(name);
              }
            });
    return own;
  }

  private static String path(String network, String verb) {
    return "/networks/%s/%s".formatted(URLEncoder.encode(network, StandardCharsets.UTF_8), verb);
  }

  private static ObjectNode settings(JsonNode endpoint) {
    ObjectNode settings = JSON.createObjectNode();
    for (String field : List.of("IPAMConfig", "Links", "DriverOpts")) {
      if (endpoint.hasNonNull(field)) {
        settings.set(field, endpoint.get(field));
      }
    }
    return settings;
  }

  private static ObjectNode body(Container container) {
    return JSON.createObjectNode().put("Container", container.id().value());
  }

  private static void post(HostLink host, String path, ObjectNode body) throws IOException {
    EngineAnswer answer = host.call("POST", path, JSON.writeValueAsBytes(body), ANSWER);
    if (!answer.isOk()) {
      throw new IOException(answer.message());
    }
  }

  /** Passes a connect or disconnect on; returns the engine's answer. */
  public EngineAnswer change(
      Container container, String engineNetwork, String verb, ObjectNode body) throws IOException {
    body.put("Container", container.id().value());
    return hosts
        .link(container.host())
        .call(
            "POST",
            "/networks/" + engineNetwork + "/" + verb,
            JSON.writeValueAsBytes(body),
            ANSWER);
  }
}

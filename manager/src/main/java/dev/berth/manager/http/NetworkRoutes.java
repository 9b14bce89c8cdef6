package dev.berth.manager.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.manager.cluster.Bridges;
import dev.berth.manager.cluster.ConflictingClaimException;
import dev.berth.manager.cluster.Containers;
import dev.berth.manager.cluster.Endpoints;
import dev.berth.manager.cluster.EngineAnswer;
import dev.berth.manager.cluster.NetworkService;
import dev.berth.manager.cluster.NoLeaderException;
import dev.berth.manager.cluster.Placer;
import dev.berth.manager.cluster.RefusedPlacementException;
import dev.berth.manager.cluster.RefusedSubnetException;
import dev.berth.manager.tenant.DefaultNetwork;
import dev.berth.manager.tenant.NetworkPolicy;
import dev.berth.manager.tenant.Role;
import dev.berth.manager.tenant.StrictJson;
import dev.berth.manager.view.Container;
import dev.berth.manager.view.Filters;
import dev.berth.manager.view.Network;
import dev.berth.manager.view.NetworkQuery;
import dev.berth.manager.view.Resolution;
import dev.berth.manager.view.Scope;
import dev.berth.manager.view.View;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** The networks of a tenant: those that it made, each on one host, and those that it always has. */
final class NetworkRoutes {
  private static final int MAX_BODY_BYTES = 256 * 1024;
  private static final int MAX_NAME_CHARS = 180;
  private static final Set<String> PREDEFINED = Set.of("bridge", "default", "host", "none");

  /** Until then a list told of the containers, too. */
  private static final ApiVersion LISTS_WITHOUT_CONTAINERS = new ApiVersion(1, 28);

  private final View view;
  private final NetworkService networks;
  private final Bridges bridges;
  private final Endpoints endpoints;
  private final Containers containers;
  private final Placer placer;
  private final StrictJson json;

  NetworkRoutes(
      View view,
      NetworkService networks,
      Bridges bridges,
      Endpoints endpoints,
      Containers containers,
      Placer placer,
      StrictJson json) {
    this.view = view;
    this.networks = networks;
    this.bridges = bridges;
    this.endpoints = endpoints;
    this.containers = containers;
    this.placer = placer;
    this.json = json;
  }

  List<Route> routes() {
    return List.of(
        Routes.tenant(
            "GET",
            "/networks",
            "NetworkList",
            Role.READER,
            "from the manager's view, of all hosts",
            this::list),
        Routes.tenant(
            "POST",
            "/networks/create",
            "NetworkCreate",
            Role.MEMBER,
            "beside what it goes with, or on the host that has the fewest",
            this::create),
        Routes.tenant(
            "POST",
            "/networks/prune",
            "NetworkPrune",
            Role.MEMBER,
            "of the tenant's own, on all hosts",
            this::prune),
        network("GET", "", "NetworkInspect", Role.READER, this::inspect, "from the manager's view"),
        network("DELETE", "", "NetworkDelete", Role.MEMBER, this::remove, "on the network's host"),
        network(
            "POST",
            "/connect",
            "NetworkConnect",
            Role.MEMBER,
            this::connect,
            "of a container on the network's host"),
        network(
            "POST",
            "/disconnect",
            "NetworkDisconnect",
            Role.MEMBER,
            this::disconnect,
            "of a container on the network's host"));
  }

  private static Route network(
      String method,
      String operation,
      String action,
      Role role,
      Route.NetworkHandler handler,
      String meaning) {
    return new Route(
        method,
        "/networks/{name}" + operation,
        action,
        role,
        new Route.OnNetwork(handler),
        meaning);
  }

  private void list(Call call) throws IOException {
    Filters filters = filters(call, NetworkQuery.LIST);
    Scope scope = view.in(call.tenant());
    boolean whole = call.version().isBefore(LISTS_WITHOUT_CONTAINERS);
    ArrayNode shown = OpenCall.JSON.createArrayNode();
    List<Network> all;
    try {
      all = scope.networks(filters);
    } catch (Filters.InvalidFilterException e) {
      // The one value that an engine takes for an error of its own.
      throw new ApiException(e.getMessage().contains("'type'=") ? 500 : 400, e.getMessage());
    }
    all.forEach(network -> shown.add(whole ? scope.inspect(network) : network.json()));
    call.json(200, shown);
  }

  private static Filters filters(Call call, Set<String> known) {
    return Filters.parse(call.query().first("filters").orElse(""), known);
  }

  private void create(Call call) throws IOException {
    ObjectNode body = NetworkPolicy.admit(json.object(required(call)));
    String name = body.path("Name").asText("");
    check(name);
    EngineAnswer answer;
    try {
      answer = networks.create(call.tenant(), name, body);
    } catch (ConflictingClaimException e) {
      throw new ApiException(409, e.getMessage());
    } catch (RefusedSubnetException e) {
      throw new ApiException(403, e.getMessage());
    } catch (RefusedPlacementException e) {
      throw new ApiException(e.isOverQuota() ? 403 : 503, e.getMessage());
    } catch (NoLeaderException e) {
      throw new ApiException(503, e.getMessage());
    }
    if (answer.isOk()) {
      call.json(answer.status(), answer.body());
    } else {
      call.error(answer.status(), answer.message().replace(call.tenant() + "." + name, name));
    }
  }

  private byte[] required(Call call) throws IOException {
    byte[] body = Body.read(call.exchange(), MAX_BODY_BYTES);
    if (body.length == 0) {
      throw ApiException.badRequest("got EOF while reading request body");
    }
    return body;
  }

  private static void check(String name) {
    if (PREDEFINED.contains(name)) {
      throw new ApiException(
          403, "operation is not permitted on predefined %s network ".formatted(name));
    }
    if (name.isBlank()) {
      throw new ApiException(500, "invalid name: " + name);
    }
    if (name.length() > MAX_NAME_CHARS
        || name.contains("/")
        || name.startsWith(".")
        || name.chars().anyMatch(Character::isISOControl)) {
      throw ApiException.badRequest(
          ("invalid network name \"%s\": use up to %d characters, no slash, and no dot as the"
                  + " first")
              .formatted(name, MAX_NAME_CHARS));
    }
  }

  private void inspect(Call call, Network network) throws IOException {
    String verbose = call.query().first("verbose").orElse("");
    if (!Set.of("", "0", "1", "true", "false", "t", "f", "T", "F", "TRUE", "FALSE", "True", "False")
        .contains(verbose)) {
      throw ApiException.badRequest(
          "invalid value for verbose: %s: strconv.ParseBool: parsing \"%s\": invalid syntax"
              .formatted(verbose, verbose));
    }
    String scope = call.query().first("scope").orElse("");
    if (!scope.isEmpty() && !scope.equals("local")) {
      throw ApiException.noSuchNetwork(call.value("name"));
    }
    call.json(200, view.in(call.tenant()).inspect(network));
  }

  private void remove(Call call, Network network) throws IOException {
    if (!(network instanceof Network.Own own)) {
      throw new ApiException(
          403, "%s is a pre-defined network and cannot be removed".formatted(network.name()));
    }
    EngineAnswer answer = networks.remove(own);
    if (answer.status() >= 400 && answer.status() != 404) {
      call.error(answer.status(), answer.message().replace(own.engineName(), own.name()));
    } else {
      call.nothing(204);
    }
  }

  private void prune(Call call) throws IOException {
    Filters filters = filters(call, NetworkQuery.PRUNE);
    ArrayNode deleted = OpenCall.JSON.createArrayNode();
    for (Network.Own own : view.in(call.tenant()).unusedNetworks(filters)) {
      if (!view.isLost(own.host()) && networks.remove(own).isOk()) {
        deleted.add(own.name());
      }
    }
    ObjectNode answer = OpenCall.JSON.createObjectNode();
    answer.set("NetworksDeleted", deleted.isEmpty() ? answer.nullNode() : deleted);
    call.json(200, answer);
  }

  private void connect(Call call, Network network) throws IOException {
    ObjectNode asked = json.object(required(call), Set.of("Container", "EndpointConfig"));
    Container container = container(call, asked);
    ObjectNode body = OpenCall.JSON.createObjectNode();
    if (asked.path("EndpointConfig") instanceof ObjectNode endpoint) {
      body.set(
          "EndpointConfig",
          NetworkPolicy.admitEndpoint(
              endpoint, call.tenant(), new ScopedNames(view.in(call.tenant()))));
    }
    ObjectNode endpoint =
        body.path("EndpointConfig") instanceof ObjectNode given
            ? given
            : body.putObject("EndpointConfig");
    String engineNetwork =
        switch (network) {
          case Network.Own own -> {
            requireSameHost(container, own);
            Endpoints.addName(endpoint, container.name().value());
            yield own.id();
          }
          case Network.Bridge _ -> {
            DefaultNetwork.requireAllowed(endpoint);
            yield bridge(container);
          }
          case Network.None _ -> network.name();
        };
    answer(call, container, network, endpoints.change(container, engineNetwork, "connect", body));
  }

  private String bridge(Container container) throws IOException {
    try {
      return bridges.ensure(container.tenant(), placer.at(container.host()));
    } catch (NoLeaderException e) {
      throw new ApiException(503, e.getMessage());
    }
  }

  private static void requireSameHost(Container container, Network.Own network) {
    if (!container.host().equals(network.host())) {
      throw new ApiException(
          409,
          ("container %s and network %s are on different hosts, and a network is on one: make the"
                  + " container anew with --network %s")
              .formatted(container.name(), network.name(), network.name()));
    }
  }

  private void disconnect(Call call, Network network) throws IOException {
    ObjectNode asked = json.object(required(call), Set.of("Container", "Force"));
    Container container = container(call, asked);
    ObjectNode body = OpenCall.JSON.createObjectNode();
    body.put("Force", asked.path("Force").asBoolean());
    String engineNetwork =
        switch (network) {
          case Network.Own own -> {
            if (!container.host().equals(own.host())) {
              throw new ApiException(
                  500,
                  "container %s is not connected to network %s"
                      .formatted(container.id(), network.name()));
            }
            yield own.id();
          }
          case Network.Bridge _ -> Bridges.engineName(call.tenant());
          case Network.None _ -> network.name();
        };
    answer(
        call, container, network, endpoints.change(container, engineNetwork, "disconnect", body));
  }

  private Container container(Call call, ObjectNode body) {
    JsonNode named = body.path("Container");
    String reference = named.asText("");
    if (reference.isEmpty()) {
      throw ApiException.badRequest("invalid name or ID supplied: \"\"");
    }
    return switch (view.in(call.tenant()).resolve(reference)) {
      case Resolution.Found(Container container) -> container;
      case Resolution.NotFound _ -> throw ApiException.noSuchContainer(reference);
      case Resolution.Ambiguous _ ->
          throw ApiException.badRequest("multiple IDs found with provided prefix: " + reference);
    };
  }

  private void answer(Call call, Container container, Network network, EngineAnswer answer)
      throws IOException {
    containers.refresh(container);
    if (answer.isOk()) {
      call.nothing(200);
      return;
    }
    String message =
        answer
            .message()
            .replace(container.name().onEngine(call.tenant()), container.name().value())
            .replace(call.tenant() + "." + network.name(), network.name());
    call.error(answer.status(), message);
  }
}

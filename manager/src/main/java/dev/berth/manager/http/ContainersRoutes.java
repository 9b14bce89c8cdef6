package dev.berth.manager.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.ContainerId;
import dev.berth.common.id.HostId;
import dev.berth.common.id.TenantId;
import dev.berth.manager.cluster.ConflictingClaimException;
import dev.berth.manager.cluster.Containers;
import dev.berth.manager.cluster.DiskUsage;
import dev.berth.manager.cluster.EngineAnswer;
import dev.berth.manager.cluster.NoLeaderException;
import dev.berth.manager.cluster.RefusedPlacementException;
import dev.berth.manager.ingress.Ingress;
import dev.berth.manager.tenant.Role;
import dev.berth.manager.tenant.StrictJson;
import dev.berth.manager.view.Container;
import dev.berth.manager.view.Scope;
import dev.berth.manager.view.View;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Lists, makes and removes containers. */
final class ContainersRoutes {
  /** ZooKeeper keeps no more than a megabyte in a record, and a record holds the whole body. */
  private static final int MAX_CREATE_BYTES = 512 * 1024;

  /** Clients and engines that are older do not have the parameter. */
  static final ApiVersion HAS_PLATFORM = new ApiVersion(1, 41);

  private final View view;
  private final Containers containers;
  private final Ingress ingress;
  private final DiskUsage usage;
  private final Creation creation;
  private final StrictJson json;

  ContainersRoutes(
      View view,
      Containers containers,
      Ingress ingress,
      DiskUsage usage,
      Creation creation,
      StrictJson json) {
    this.view = view;
    this.containers = containers;
    this.ingress = ingress;
    this.usage = usage;
    this.creation = creation;
    this.json = json;
  }

  List<Route> routes() {
    return List.of(
        Routes.tenant(
            "GET",
            "/containers/json",
            "ContainerList",
            Role.READER,
            "from the manager's view, of all hosts",
            this::list),
        Routes.tenant(
            "POST",
            "/containers/create",
            "ContainerCreate",
            Role.MEMBER,
            "placed by the leader",
            this::create),
        new Route(
            "DELETE",
            "/containers/{name}",
            "ContainerDelete",
            Role.MEMBER,
            new Route.OnContainer(this::remove),
            "on the container's host; frees the name"));
  }

  private void list(Call call) throws IOException {
    Scope scope = view.in(call.tenant());
    byte[] list = scope.list(ContainerListQuery.parse(call.query()));
    if (call.query().flag("size")) {
      Set<HostId> hosts = new HashSet<>();
      scope.all().stream()
          .map(Container::host)
          .filter(host -> !view.isLost(host))
          .forEach(hosts::add);
      JsonNode entries = OpenCall.JSON.readTree(list);
      UsageRoutes.withSizes(entries, usage.containers(call.tenant(), hosts));
      list = OpenCall.JSON.writeValueAsBytes(entries);
    }
    call.json(200, list);
  }

  private void create(Call call) throws IOException {
    ObjectNode asked = json.object(Body.read(call.exchange(), MAX_CREATE_BYTES));
    Containers.Wanted wanted =
        creation.of(
            call.tenant(),
            call.query().first("name").orElse(""),
            asked,
            call.version().isBefore(HAS_PLATFORM) ? "" : call.query().first("platform").orElse(""),
            call.version());
    EngineAnswer answer;
    try {
      answer = containers.create(wanted);
    } catch (RefusedPlacementException e) {
      throw new ApiException(e.status(), e.getMessage());
    } catch (NoLeaderException e) {
      throw new ApiException(503, e.getMessage());
    } catch (Containers.ConflictException | ConflictingClaimException e) {
      throw new ApiException(409, e.getMessage());
    }
    call.json(
        answer.status(),
        answer.isOk() ? warned(answer) : ownWords(answer, call.tenant(), wanted.body()));
  }

  /** The engine's answer, with what is to be said about its ports. */
  private byte[] warned(EngineAnswer answer) throws IOException {
    if (!(answer.json() instanceof ObjectNode created)) {
      return answer.body();
    }
    List<String> warnings = ingress.warnings(new ContainerId(created.path("Id").asText()));
    if (warnings.isEmpty()) {
      return answer.body();
    }
    ArrayNode all = created.arrayNode();
    created.path("Warnings").forEach(all::add);
    warnings.forEach(all::add);
    return OpenCall.JSON.writeValueAsBytes(created.set("Warnings", all));
  }

  private static byte[] ownWords(EngineAnswer answer, TenantId tenant, ObjectNode body)
      throws IOException {
    String message = answer.message().replace("/" + tenant + ".", "/");
    for (Map.Entry<String, JsonNode> network :
        body.path("NetworkingConfig").path("EndpointsConfig").properties()) {
      message = message.replace(network.getKey(), new TenantNames(tenant).own(network.getKey()));
    }
    return OpenCall.JSON.writeValueAsBytes(
        OpenCall.JSON.createObjectNode().put("message", message));
  }

  private void remove(Call call, Container container) throws IOException {
    EngineAnswer answer =
        containers.remove(container, call.query().only("v", "force", "link").encoded());
    if (answer.status() >= 400) {
      call.json(answer.status(), Relay.inOwnWords(answer.body(), call, container));
    } else {
      call.nothing(answer.status());
    }
  }
}

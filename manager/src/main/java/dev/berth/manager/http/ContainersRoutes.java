package dev.berth.manager.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.ContainerId;
import dev.berth.common.id.ContainerName;
import dev.berth.common.id.HostId;
import dev.berth.common.id.TenantId;
import dev.berth.manager.cluster.Bridges;
import dev.berth.manager.cluster.ConflictingClaimException;
import dev.berth.manager.cluster.Containers;
import dev.berth.manager.cluster.DiskUsage;
import dev.berth.manager.cluster.EngineAnswer;
import dev.berth.manager.cluster.NoLeaderException;
import dev.berth.manager.cluster.PlacementHints;
import dev.berth.manager.cluster.PublishedPorts;
import dev.berth.manager.cluster.RefusedPlacementException;
import dev.berth.manager.image.ImageStore;
import dev.berth.manager.ingress.Ingress;
import dev.berth.manager.tenant.ContainerPolicy;
import dev.berth.manager.tenant.DefaultNetwork;
import dev.berth.manager.tenant.LabelRules;
import dev.berth.manager.tenant.Role;
import dev.berth.manager.tenant.StrictJson;
import dev.berth.manager.view.Container;
import dev.berth.manager.view.Scope;
import dev.berth.manager.view.TenantImage;
import dev.berth.manager.view.View;
import dev.berth.scheduler.AskedPlatform;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Lists, makes and removes containers. */
final class ContainersRoutes {
  /** ZooKeeper keeps no more than a megabyte in a record, and a record holds the whole body. */
  private static final int MAX_CREATE_BYTES = 512 * 1024;

  /** Clients and engines that are older do not have the parameter. */
  private static final ApiVersion HAS_PLATFORM = new ApiVersion(1, 41);

  private final View view;
  private final Containers containers;
  private final ImageStore images;
  private final Ingress ingress;
  private final DiskUsage usage;
  private final ContainerPolicy policy;
  private final MeasuredQuota volumeQuota;
  private final StrictJson json;

  ContainersRoutes(
      View view,
      Containers containers,
      ImageStore images,
      Ingress ingress,
      DiskUsage usage,
      ContainerPolicy policy,
      MeasuredQuota volumeQuota,
      StrictJson json) {
    this.view = view;
    this.containers = containers;
    this.images = images;
    this.ingress = ingress;
    this.usage = usage;
    this.policy = policy;
    this.volumeQuota = volumeQuota;
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
    Optional<ContainerName> name =
        call.query().first("name").filter(n -> !n.isEmpty()).map(this::parse);
    Scope scope = view.in(call.tenant());
    String image = asked.path("Image").asText("");
    if (asked.isEmpty()) {
      throw ApiException.badRequest("Config cannot be empty in order to create a container");
    }
    if (image.isEmpty()) {
      throw ApiException.badRequest("No command specified");
    }
    String platform = platform(call);
    ScopedNames names = new ScopedNames(scope);
    ContainerPolicy.Admitted admitted = policy.admit(asked, call.tenant(), names);
    TenantImage found = images.require(call.tenant(), image);
    if (!admitted.volumes().isEmpty() || !admitted.body().path("Volumes").isEmpty()) {
      volumeQuota.requireRoom(call.tenant());
    }
    LabelRules.requireNoneReserved(image, found.entry().path("Labels"));
    names.requireReachable(view::isLost);
    publishAll(admitted.body(), found);
    boolean onBridge = DefaultNetwork.replace(admitted.body(), Bridges.engineName(call.tenant()));
    EngineAnswer answer;
    try {
      answer =
          containers.create(
              new Containers.Wanted(
                  call.tenant(),
                  name,
                  admitted.body(),
                  hints(admitted),
                  found.id(),
                  image,
                  names.boundTo(),
                  labelsOf(names.newVolumes(), admitted.body(), call.tenant()),
                  onBridge,
                  call.version().toString(),
                  platform,
                  Optional.empty()));
    } catch (RefusedPlacementException e) {
      throw new ApiException(e.status(), e.getMessage());
    } catch (NoLeaderException e) {
      throw new ApiException(503, e.getMessage());
    } catch (Containers.ConflictException | ConflictingClaimException e) {
      throw new ApiException(409, e.getMessage());
    }
    call.json(
        answer.status(),
        answer.isOk() ? warned(answer) : ownWords(answer, call.tenant(), admitted.body()));
  }

  private static String platform(Call call) {
    String platform = call.query().first("platform").orElse("");
    if (call.version().isBefore(HAS_PLATFORM)) {
      return "";
    }
    try {
      return AskedPlatform.of(platform).isEmpty() ? "" : platform;
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest(e.getMessage());
    }
  }

  private void publishAll(ObjectNode body, TenantImage image) throws IOException {
    if (body.path("HostConfig").path("PublishAllPorts").asBoolean()) {
      Set<String> exposed = new LinkedHashSet<>();
      JsonNode config = images.ask(image, "json").path("Config");
      config.path("ExposedPorts").fieldNames().forEachRemaining(exposed::add);
      body.path("ExposedPorts").fieldNames().forEachRemaining(exposed::add);
      PublishedPorts.publishAll(body, exposed);
    }
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

  /** The labels that mounts give to volumes that they make. */
  private static Map<String, Map<String, String>> labelsOf(
      Set<String> volumes, ObjectNode body, TenantId tenant) {
    Map<String, Map<String, String>> labels = new HashMap<>();
    for (String volume : volumes) {
      Map<String, String> own = new HashMap<>();
      for (JsonNode mount : body.path("HostConfig").path("Mounts")) {
        if (mount.path("Source").asText().equals(tenant + "." + volume)) {
          mount
              .path("VolumeOptions")
              .path("Labels")
              .properties()
              .forEach(label -> own.put(label.getKey(), label.getValue().asText()));
        }
      }
      labels.put(volume, own);
    }
    return labels;
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

  private ContainerName parse(String text) {
    try {
      return ContainerName.parse(text);
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest(e.getMessage());
    }
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

  private static PlacementHints hints(ContainerPolicy.Admitted admitted) {
    try {
      return PlacementHints.of(admitted.hints());
    } catch (PlacementHints.MalformedException e) {
      throw ApiException.badRequest(e.getMessage());
    }
  }
}

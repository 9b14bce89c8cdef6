package dev.berth.manager.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.ContainerId;
import dev.berth.common.id.HostId;
import dev.berth.common.id.ImageId;
import dev.berth.common.id.TenantId;
import dev.berth.manager.cluster.Containers;
import dev.berth.manager.cluster.DiskUsage;
import dev.berth.manager.image.Images;
import dev.berth.manager.image.LayerSizes;
import dev.berth.manager.tenant.Role;
import dev.berth.manager.view.Container;
import dev.berth.manager.view.ContainerPruneQuery;
import dev.berth.manager.view.ContainerQuery;
import dev.berth.manager.view.Filters;
import dev.berth.manager.view.ImageQuery;
import dev.berth.manager.view.Scope;
import dev.berth.manager.view.View;
import dev.berth.manager.view.Volume;
import java.io.IOException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a tenant's objects take of the hosts' disks, and giving back what its containers take. */
final class UsageRoutes {
  /** From here on a client may ask for some of the types only. */
  private static final ApiVersion HAS_TYPES = new ApiVersion(1, 42);

  private static final List<String> TYPES = List.of("container", "image", "volume", "build-cache");

  private final View view;
  private final Containers containers;
  private final Images images;
  private final DiskUsage usage;
  private final InstantSource clock;

  UsageRoutes(
      View view, Containers containers, Images images, DiskUsage usage, InstantSource clock) {
    this.view = view;
    this.containers = containers;
    this.images = images;
    this.usage = usage;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(
        Routes.tenant(
            "GET",
            "/system/df",
            "SystemDataUsage",
            Role.READER,
            "of the tenant's own, on all hosts that answer",
            this::usage),
        Routes.tenant(
            "POST",
            "/containers/prune",
            "ContainerPrune",
            Role.MEMBER,
            "of the tenant's own, on all hosts that answer",
            this::prune));
  }

  private Set<HostId> answering(List<HostId> hosts) {
    Set<HostId> answering = new HashSet<>(hosts);
    answering.removeIf(view::isLost);
    return answering;
  }

  private Map<ContainerId, DiskUsage.Size> sizes(TenantId tenant, List<Container> of) {
    return usage.containers(tenant, answering(of.stream().map(Container::host).toList()));
  }

  private void usage(Call call) throws IOException {
    Set<String> types = types(call);
    Scope scope = view.in(call.tenant());
    ObjectNode answer = OpenCall.JSON.createObjectNode();
    if (types.contains("image")) {
      images(call, scope, answer);
    }
    if (types.contains("container")) {
      answer.set("Containers", containers(call, scope));
    }
    if (types.contains("volume")) {
      answer.set("Volumes", volumes(scope));
    }
    if (types.contains("build-cache")) {
      answer.putArray("BuildCache");
    }
    answer.put("BuilderSize", 0);
    call.json(200, answer);
  }

  private static Set<String> types(Call call) {
    List<String> asked =
        call.query().parameters().stream()
            .filter(parameter -> parameter.key().equals("type"))
            .map(parameter -> parameter.value())
            .toList();
    if (asked.isEmpty() || call.version().isBefore(HAS_TYPES)) {
      return Set.copyOf(TYPES);
    }
    for (String type : asked) {
      if (!TYPES.contains(type)) {
        throw ApiException.badRequest("unknown object type: " + type);
      }
    }
    return Set.copyOf(asked);
  }

  private void images(Call call, Scope scope, ObjectNode answer) {
    LayerSizes layers = images.usage().of(call.tenant());
    ArrayNode entries = new ImageQuery(Filters.NONE).list(view.imagesOf(call.tenant()));
    for (JsonNode entry : entries) {
      ImageId id = new ImageId(entry.path("Id").asText());
      ((ObjectNode) entry)
          .put("Containers", scope.madeOf(id).size())
          .put("SharedSize", layers.shared(id));
    }
    answer.put("LayersSize", layers.total());
    answer.set("Images", entries);
  }

  private JsonNode containers(Call call, Scope scope) throws IOException {
    JsonNode entries = OpenCall.JSON.readTree(scope.list(ContainerQuery.ALL));
    withSizes(entries, sizes(call.tenant(), scope.all()));
    return entries;
  }

  /** Adds to entries of a list what {@code size=1} asks for; as an engine, leaves out what is 0. */
  static void withSizes(JsonNode entries, Map<ContainerId, DiskUsage.Size> sizes) {
    for (JsonNode entry : entries) {
      DiskUsage.Size size = sizes.get(new ContainerId(entry.path("Id").asText()));
      if (size != null && entry instanceof ObjectNode object) {
        if (size.written() != 0) {
          object.put("SizeRw", size.written());
        }
        if (size.whole() != 0) {
          object.put("SizeRootFs", size.whole());
        }
      }
    }
  }

  private ArrayNode volumes(Scope scope) {
    List<Volume> volumes = scope.volumes(Filters.NONE);
    Map<DiskUsage.VolumeOn, Long> sizes =
        usage.volumes(answering(volumes.stream().map(Volume::host).toList()));
    Map<DiskUsage.VolumeOn, Integer> users = new HashMap<>();
    for (Container container : scope.all()) {
      for (String name : container.volumes()) {
        users.merge(new DiskUsage.VolumeOn(container.host(), name), 1, Integer::sum);
      }
    }
    ArrayNode entries = OpenCall.JSON.createArrayNode();
    for (Volume volume : volumes) {
      DiskUsage.VolumeOn on = new DiskUsage.VolumeOn(volume.host(), volume.engineName());
      ObjectNode entry = volume.json();
      entry
          .putObject("UsageData")
          .put("RefCount", users.getOrDefault(on, 0))
          .put("Size", sizes.getOrDefault(on, -1L));
      entries.add(entry);
    }
    return entries;
  }

  private void prune(Call call) throws IOException {
    ContainerPruneQuery query =
        new ContainerPruneQuery(
            Filters.parse(call.query().first("filters").orElse(""), ContainerPruneQuery.KNOWN),
            clock.instant());
    List<Container> stopped =
        view.in(call.tenant()).all().stream()
            .filter(query)
            .filter(container -> !view.isLost(container.host()))
            .toList();
    Map<ContainerId, DiskUsage.Size> sizes = sizes(call.tenant(), stopped);
    ArrayNode deleted = OpenCall.JSON.createArrayNode();
    long reclaimed = 0;
    for (Container container : stopped) {
      // One that was started meanwhile is refused by its engine, and stays.
      if (containers.remove(container, "").isOk()) {
        deleted.add(container.id().value());
        reclaimed += sizes.getOrDefault(container.id(), new DiskUsage.Size(0, 0)).written();
      }
    }
    ObjectNode answer = OpenCall.JSON.createObjectNode();
    answer.set("ContainersDeleted", deleted.isEmpty() ? answer.nullNode() : deleted);
    call.json(200, answer.put("SpaceReclaimed", reclaimed));
  }
}

package dev.berth.manager.move;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.common.id.HostId;
import dev.berth.common.id.Labels;
import dev.berth.common.record.ContainerRecord;
import dev.berth.manager.cluster.ContainerRecords;
import dev.berth.manager.cluster.Containers;
import dev.berth.manager.cluster.PlacementHints;
import dev.berth.manager.view.Container;
import dev.berth.manager.view.Resolution;
import dev.berth.manager.view.View;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What ties a container to its host. Safe for any thread. */
final class Obstacles {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int SHORT_ID = 12;
  private static final List<String> JOINED = List.of("NetworkMode", "PidMode", "IpcMode");

  private final ContainerRecords records;
  private final Containers containers;
  private final View view;

  Obstacles(ContainerRecords records, Containers containers, View view) {
    this.records = records;
    this.containers = containers;
    this.view = view;
  }

  /**
   * Why a container cannot go elsewhere by itself, as {@code it is in the network "app"}; empty
   * when it can.
   *
   * @param spec as its record has it
   */
  Optional<String> alone(Container container, JsonNode spec) throws IOException {
    Optional<String> obstacle = of(container, spec);
    if (obstacle.isPresent()) {
      return obstacle;
    }
    Set<String> networks = Groups.networksOf(container);
    if (!networks.isEmpty()) {
      return Optional.of(
          "it is in the network \"%s\", which is on this host"
              .formatted(networks.iterator().next()));
    }
    for (Container other : neighbours(container)) {
      for (String volume : other.volumes()) {
        if (container.volumes().contains(volume)) {
          return Optional.of(
              "the container \"%s\" has the volume \"%s\", too"
                  .formatted(other.name(), container.ownName(volume)));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Why a container cannot go elsewhere, even with all that share its networks and volumes; empty
   * when it can.
   *
   * @param spec as its record has it
   */
  Optional<String> of(Container container, JsonNode spec) throws IOException {
    if (hints(spec).moving() == PlacementHints.Moving.OFF) {
      return Optional.of("its owner wants it to stay (reschedule off)");
    }
    JsonNode config = spec.path("HostConfig");
    if (config.path("AutoRemove").asBoolean() && container.isRunning()) {
      return Optional.of("it removes itself when it ends: wait for that, or stop it");
    }
    for (String field : JOINED) {
      if (config.path(field).asText().startsWith("container:")) {
        return Optional.of("it shares the %s of another container".formatted(field));
      }
    }
    if (!config.path("Links").isEmpty()
        || !config.path("VolumesFrom").isEmpty()
        || endpoints(spec).anyMatch(endpoint -> !endpoint.path("Links").isEmpty())) {
      return Optional.of("it is linked to other containers of this host, or has their volumes");
    }
    if (mountsHostPath(config)) {
      return Optional.of("it mounts a path of this host");
    }
    if (mountsReadOnly(config)) {
      return Optional.of("it mounts a volume read-only, through which no copy can be made");
    }
    return joined(container);
  }

  private static Stream<JsonNode> endpoints(JsonNode spec) {
    return spec.path("NetworkingConfig").path("EndpointsConfig").valueStream();
  }

  private static boolean mountsReadOnly(JsonNode config) {
    return config
            .path("Binds")
            .valueStream()
            .anyMatch(
                bind ->
                    List.of(bind.asText().replaceFirst("^[^:]*:[^:]*", "").split("[:,]"))
                        .contains("ro"))
        || config
            .path("Mounts")
            .valueStream()
            .anyMatch(
                mount ->
                    mount.path("Type").asText().equals("volume")
                        && mount.path("ReadOnly").asBoolean());
  }

  private static boolean mountsHostPath(JsonNode config) {
    return config.path("Binds").valueStream().anyMatch(bind -> bind.asText().startsWith("/"))
        || config
            .path("Mounts")
            .valueStream()
            .anyMatch(mount -> mount.path("Type").asText().equals("bind"));
  }

  /** Which other of the host is linked or joined to this one. */
  private Optional<String> joined(Container container) throws IOException {
    for (Container other : neighbours(container)) {
      Optional<ContainerRecord> record = containers.wholeRecord(other);
      if (record.isPresent() && pointsTo(record.get().spec(), container)) {
        return Optional.of("the container \"%s\" is joined to it".formatted(other.name()));
      }
    }
    return Optional.empty();
  }

  private static boolean pointsTo(JsonNode spec, Container container) {
    JsonNode config = spec.path("HostConfig");
    List<String> texts = new ArrayList<>();
    endpoints(spec)
        .flatMap(endpoint -> endpoint.path("Links").valueStream())
        .forEach(link -> texts.add(link.asText()));
    JOINED.forEach(field -> texts.add(config.path(field).asText()));
    config.path("Links").forEach(link -> texts.add(link.asText()));
    config.path("VolumesFrom").forEach(from -> texts.add(from.asText()));
    String engineName = container.name().onEngine(container.tenant());
    return texts.stream()
        .map(text -> text.startsWith("container:") ? text.substring("container:".length()) : text)
        .map(text -> text.split(":", 2)[0])
        .map(text -> text.startsWith("/") ? text.substring(1) : text)
        .anyMatch(text -> isOf(text, container) || text.equals(engineName));
  }

  /** An endpoint's links have the short form of an id. */
  private static boolean isOf(String text, Container container) {
    return text.length() >= SHORT_ID && container.id().value().startsWith(text);
  }

  /** The other containers of its tenant on its host. */
  List<Container> neighbours(Container container) {
    return records.all().stream()
        .filter(record -> record.tenant().equals(container.tenant().value()))
        .filter(record -> new HostId(record.host()).equals(container.host()))
        .filter(record -> !record.id().equals(container.record().value()))
        .filter(record -> !record.containerId().isEmpty())
        .flatMap(record -> find(container, record).stream())
        .toList();
  }

  private Optional<Container> find(Container container, ContainerRecord record) {
    return view.in(container.tenant()).resolve(record.containerId())
            instanceof Resolution.Found(Container found)
        ? Optional.of(found)
        : Optional.empty();
  }

  /** What the user said of its place when it was made. */
  static PlacementHints hints(JsonNode spec) {
    String text = spec.path("Labels").path(Labels.HINTS).asText("");
    if (text.isEmpty()) {
      return PlacementHints.NONE;
    }
    try {
      return PlacementHints.of(JSON.readTree(text).valueStream().map(JsonNode::asText).toList());
    } catch (PlacementHints.MalformedException | IOException e) {
      throw new IllegalStateException("the label " + Labels.HINTS + " holds no hints", e);
    }
  }
}

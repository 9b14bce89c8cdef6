package dev.berth.manager.move;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.ContainerName;
import dev.berth.common.id.HostId;
import dev.berth.common.id.ImageId;
import dev.berth.common.id.Labels;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.ContainerRecord;
import dev.berth.manager.cluster.Bridges;
import dev.berth.manager.cluster.Containers;
import dev.berth.manager.view.Container;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a container carries that takes another's place, so that whoever finds it after a death can
 * finish or undo: while the other has its record, the move is undone, and else finished.
 *
 * @param of the record of the other
 * @param from the host of the other
 * @param name the other's, which this one gets in the end
 * @param image what the other was made of at first, before it had written anything
 * @param isStarted whether this one is started in the end
 * @param isLost whether the other's host did not answer, so that nothing of it was taken along
 */
record MoveMark(
    RecordId of,
    HostId from,
    ContainerName name,
    ImageId image,
    boolean isStarted,
    boolean isLost) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String SUFFIX = ".moving";

  /** Of a longer name only the beginning is in the passing one. */
  private static final int MAX_CHARS = 200;

  /** As the value of the label {@link dev.berth.common.id.Labels#MOVE}. */
  String text() {
    return JSON.createObjectNode()
        .put("of", of.value())
        .put("from", from.value())
        .put("name", name.value())
        .put("image", image.value())
        .put("start", isStarted)
        .put("lost", isLost)
        .toString();
  }

  /** Empty when the text is none. */
  static Optional<MoveMark> parse(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      JsonNode json = JSON.readTree(text);
      return Optional.of(
          new MoveMark(
              new RecordId(json.path("of").asText()),
              new HostId(json.path("from").asText()),
              new ContainerName(json.path("name").asText()),
              new ImageId(json.path("image").asText()),
              json.path("start").asBoolean(),
              json.path("lost").asBoolean()));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** What a container was made of at first, by the body that it was made with. */
  static ImageId firstImage(JsonNode spec) {
    return parse(spec.path("Labels").path(Labels.MOVE).asText(""))
        .map(MoveMark::image)
        .orElseGet(() -> new ImageId(spec.path("Image").asText()));
  }

  /** Whether a container can be one that has its own name yet to get; a tenant may name one so. */
  static boolean canBePassing(String name) {
    return name.endsWith(SUFFIX);
  }

  /** Whether a container has its own name yet to get. */
  static boolean isPassing(Container container) {
    return of(container.mark(Labels.MOVE), container.name()).isPresent();
  }

  /** Whether a container has its own name yet to get, by its record with what it was made with. */
  static boolean isPassing(ContainerRecord whole) {
    return canBePassing(whole.name())
        && of(
                whole.spec().path("Labels").path(Labels.MOVE).asText(""),
                new ContainerName(whole.name()))
            .isPresent();
  }

  private static Optional<MoveMark> of(String text, ContainerName name) {
    return parse(text).filter(mark -> mark.passing().equals(name));
  }

  /** What it is called until it has the other's name. */
  ContainerName passing() {
    return passing(name);
  }

  static ContainerName passing(ContainerName name) {
    String text = name.value();
    return new ContainerName(
        (text.length() <= MAX_CHARS
                ? text
                : text.substring(0, MAX_CHARS) + "." + Integer.toHexString(text.hashCode()))
            + SUFFIX);
  }

  /**
   * What makes the container that has this mark.
   *
   * @param body as the record of the other has it, with this mark among its labels
   * @param boundTo the host that it is to be on; empty for any
   */
  Containers.Wanted wanted(
      TenantId tenant, ObjectNode body, ImageId image, String version, Set<HostId> boundTo) {
    return new Containers.Wanted(
        tenant,
        Optional.of(passing()),
        body,
        Obstacles.hints(body),
        image,
        body.path("Labels").path(Labels.IMAGE).asText(),
        boundTo,
        Map.of(),
        body.path("HostConfig").path("NetworkMode").asText().equals(Bridges.engineName(tenant)),
        version,
        "",
        Optional.of(new Containers.Replaced(of, name)));
  }
}

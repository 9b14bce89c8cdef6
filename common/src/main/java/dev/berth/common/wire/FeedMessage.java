package dev.berth.common.wire;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * One line of a host's state feed.
 *
 * <p>A feed begins with a {@link Snapshot}; every later message counts one up from the one before.
 * A reader that sees a gap, or nothing at all for a few beats, ends the feed and opens a new one.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = FeedMessage.Snapshot.class, name = "snapshot"),
  @JsonSubTypes.Type(value = FeedMessage.ContainerChanged.class, name = "container"),
  @JsonSubTypes.Type(value = FeedMessage.ContainerGone.class, name = "gone"),
  @JsonSubTypes.Type(value = FeedMessage.ImagesChanged.class, name = "images"),
  @JsonSubTypes.Type(value = FeedMessage.VolumesChanged.class, name = "volumes"),
  @JsonSubTypes.Type(value = FeedMessage.NetworksChanged.class, name = "networks"),
  @JsonSubTypes.Type(value = FeedMessage.EngineEvent.class, name = "event"),
  @JsonSubTypes.Type(value = FeedMessage.EngineDown.class, name = "engine-down"),
  @JsonSubTypes.Type(value = FeedMessage.Beat.class, name = "beat"),
})
public sealed interface FeedMessage {

  /** The number of this message in its feed; a snapshot's is where counting begins. */
  long seq();

  /**
   * All there is on the host at one moment. Also sent when the engine has come back or when the
   * agent may have missed something.
   *
   * @param volumes as {@code GET /volumes} lists them
   * @param networks as {@code GET /networks} lists them
   */
  record Snapshot(
      long seq,
      List<ContainerState> containers,
      List<JsonNode> images,
      List<JsonNode> volumes,
      List<JsonNode> networks)
      implements FeedMessage {}

  /** A container that is new or has changed, as it is now. */
  record ContainerChanged(long seq, ContainerState container) implements FeedMessage {}

  /** A container that the engine no longer has. */
  record ContainerGone(long seq, String id) implements FeedMessage {}

  /** All images, as {@code GET /images/json?all=1} lists them, after a change. */
  record ImagesChanged(long seq, List<JsonNode> images) implements FeedMessage {}

  /**
   * Volumes that are new or have changed, as they are now.
   *
   * @param gone the names of those that the engine no longer has
   */
  record VolumesChanged(long seq, List<JsonNode> volumes, List<String> gone)
      implements FeedMessage {}

  /**
   * Networks that are new or have changed, as they are now.
   *
   * @param gone the ids of those that the engine no longer has
   */
  record NetworksChanged(long seq, List<JsonNode> networks, List<String> gone)
      implements FeedMessage {}

  /**
   * An event of the engine as it said it, sent after the change that it tells of, so that a reader
   * of the event already sees its effect.
   */
  record EngineEvent(long seq, JsonNode event) implements FeedMessage {}

  /** The engine does not answer; a snapshot follows when it does again. */
  record EngineDown(long seq, String reason) implements FeedMessage {}

  /** The host is there, and nothing has changed. Sent every two seconds of silence. */
  record Beat(long seq) implements FeedMessage {}

  /**
   * A container as its engine shows it.
   *
   * @param summary its entry of {@code GET /containers/json?all=1}
   * @param detail of {@code GET /containers/{id}/json}: {@code Name}, {@code Created}, {@code
   *     RestartCount}, {@code State} whole, of {@code Config} only {@code ExposedPorts}, and of
   *     each of {@code NetworkSettings.Networks} only {@code Aliases}
   */
  record ContainerState(JsonNode summary, JsonNode detail) {}
}

package dev.berth.agent.feed;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What an event of the engine means for what is known of the host.
 *
 * @param container the container whose events it must keep its order with
 * @param reread whether that container must be read anew
 * @param gone whether the event itself says that the container is no more
 * @param list the list that may have changed
 */
record Effect(Optional<String> container, boolean reread, boolean gone, Optional<Listing> list) {
  private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");

  /** Actions on a container after which it shows nothing new. */
  private static final Set<String> WITHOUT_TRACE =
      Set.of(
          "archive-path",
          "attach",
          "commit",
          "copy",
          "detach",
          "exec_create",
          "exec_detach",
          "exec_die",
          "exec_start",
          "export",
          "extract-to-dir",
          "resize",
          "top");

  private static final Set<String> IMAGES_KEPT = Set.of("push", "save");
  private static final Set<String> VOLUMES_KEPT = Set.of("mount", "unmount");

  static Effect of(JsonNode event) {
    String type = event.path("Type").asText();
    // An action can carry more after a colon, as in "exec_create: sh" or "health_status: healthy".
    String action = event.path("Action").asText().split(":", 2)[0].strip();
    return switch (type) {
      case "container" ->
          new Effect(
              id(event.path("Actor").path("ID")),
              !WITHOUT_TRACE.contains(action),
              action.equals("destroy"),
              when(action.equals("commit"), Listing.IMAGES));
      case "network" -> {
        // A container's addresses change with its networks, and no event of its own says so.
        Optional<String> container = id(event.path("Actor").path("Attributes").path("container"));
        yield new Effect(
            container,
            action.equals("connect") || action.equals("disconnect"),
            false,
            when(container.isEmpty(), Listing.NETWORKS));
      }
      case "volume" -> onList(when(!VOLUMES_KEPT.contains(action), Listing.VOLUMES));
      case "image" -> onList(when(!IMAGES_KEPT.contains(action), Listing.IMAGES));
      case "builder" -> onList(Optional.of(Listing.IMAGES));
      default -> onList(Optional.empty());
    };
  }

  private static Effect onList(Optional<Listing> list) {
    return new Effect(Optional.empty(), false, false, list);
  }

  private static Optional<Listing> when(boolean changed, Listing list) {
    return changed ? Optional.of(list) : Optional.empty();
  }

  private static Optional<String> id(JsonNode node) {
    return Optional.of(node.asText()).filter(text -> ID.matcher(text).matches());
  }
}

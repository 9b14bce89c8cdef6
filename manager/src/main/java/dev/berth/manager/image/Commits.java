package dev.berth.manager.image;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.ImageId;
import dev.berth.common.id.Labels;
import dev.berth.common.id.TenantId;
import dev.berth.manager.cluster.EngineAnswer;
import dev.berth.manager.cluster.HostLink;
import dev.berth.manager.cluster.Hosts;
import dev.berth.manager.view.Container;
import dev.berth.manager.view.ImageName;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Makes images of containers. Safe for any thread. */
public final class Commits {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration COMMIT = Duration.ofMinutes(10);

  private final Hosts hosts;
  private final ImageStore store;

  Commits(Hosts hosts, ImageStore store) {
    this.hosts = hosts;
    this.store = store;
  }

  /**
   * Makes an image of a container.
   *
   * @param query what goes to the engine, without a name
   * @param config what the image has otherwise than the container
   * @return the engine's answer
   */
  public EngineAnswer commit(
      TenantId tenant,
      Container container,
      String query,
      ObjectNode config,
      Optional<ImageName> name)
      throws IOException {
    // An engine copies the container's labels to the image, where ours would be for all to read.
    ObjectNode labels =
        config.path("Labels") instanceof ObjectNode given ? given : config.putObject("Labels");
    for (String own : Labels.OF_CONTAINERS) {
      labels.put(own, "");
    }
    HostLink host = hosts.link(container.host());
    EngineAnswer answer =
        host.call("POST", "/commit" + query, JSON.writeValueAsBytes(config), COMMIT);
    if (!answer.isOk()) {
      return answer;
    }
    String id = answer.json().path("Id").asText();
    ImageId image = store.add(tenant, host, id, name.map(List::of).orElse(List.of())).image();
    name.ifPresent(given -> store.tagged(tenant, image, given));
    return answer;
  }
}

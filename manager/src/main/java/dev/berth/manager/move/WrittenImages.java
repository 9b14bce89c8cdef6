package dev.berth.manager.move;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.HostId;
import dev.berth.common.id.ImageId;
import dev.berth.common.id.Labels;
import dev.berth.manager.cluster.EngineAnswer;
import dev.berth.manager.cluster.HostLink;
import dev.berth.manager.cluster.Hosts;
import dev.berth.manager.cluster.ImageTransfers;
import dev.berth.manager.view.Container;
import dev.berth.manager.view.View;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What containers have written in themselves, as images that nobody names. */
final class WrittenImages {
  private static final Logger LOG = LoggerFactory.getLogger(WrittenImages.class);
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration COMMIT = Duration.ofMinutes(10);
  private static final Duration ANSWER = Duration.ofSeconds(60);

  private final ImageTransfers images;
  private final Hosts hosts;
  private final View view;

  WrittenImages(ImageTransfers images, Hosts hosts, View view) {
    this.images = images;
    this.hosts = hosts;
    this.view = view;
  }

  /** An image of what the container has written, if it has; its volumes are not in it. */
  Optional<ImageId> of(Container old, HostLink source) throws IOException {
    EngineAnswer changes = source.call("GET", "/containers/" + old.id() + "/changes", ANSWER);
    if (!changes.isOk()) {
      throw new IOException(changes.message());
    }
    if (!changes.json().isArray() || changes.json().isEmpty()) {
      return Optional.empty();
    }
    ObjectNode config = JSON.createObjectNode();
    ObjectNode labels = config.putObject("Labels");
    Labels.OF_CONTAINERS.forEach(label -> labels.put(label, ""));
    EngineAnswer answer =
        source.call(
            "POST",
            "/commit?container=" + old.id() + "&pause=0",
            JSON.writeValueAsBytes(config),
            COMMIT);
    if (!answer.isOk()) {
      throw new IOException(answer.message());
    }
    images.refresh(old.host());
    return Optional.of(new ImageId(answer.json().path("Id").asText()));
  }

  /** Removes it from wherever it is, when nothing was made of it. */
  void clear(ImageId image) {
    for (HostId host : view.imageHosts(image)) {
      hosts.find(host).ifPresent(link -> clear(image, link));
    }
  }

  /** Removes it from the host where it was made, once it has been taken along or is not needed. */
  void clear(ImageId image, HostLink source) {
    try {
      source.call("DELETE", "/images/" + image.value(), ANSWER);
      images.refresh(source.id());
    } catch (IOException e) {
      LOG.atDebug().addKeyValue("image", image).setCause(e).log("left on its host");
    }
  }
}

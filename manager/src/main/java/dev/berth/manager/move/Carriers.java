package dev.berth.manager.move;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.http.Headers;
import dev.berth.common.id.ContainerId;
import dev.berth.common.id.Labels;
import dev.berth.common.id.RecordId;
import dev.berth.common.record.VolumeRecord;
import dev.berth.manager.cluster.EngineAnswer;
import dev.berth.manager.cluster.HostLink;
import dev.berth.manager.cluster.VolumeService;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Containers that never run, of an image with nothing in it, through which an engine gives and
 * takes what is in a volume that no other container has. What a death leaves of them is cleared
 * away like any container that was never acknowledged. Safe for any thread.
 */
final class Carriers {
  /** Where such a container has the volume. */
  static final String DIRECTORY = "/volume";

  private static final Logger LOG = LoggerFactory.getLogger(Carriers.class);
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration ANSWER = Duration.ofSeconds(60);

  /** An archive that ends at once: two blocks of zeros (POSIX.1-2017, pax). */
  private static final byte[] EMPTY_ARCHIVE = new byte[1024];

  private final Set<RecordId> inUse = ConcurrentHashMap.newKeySet();

  /** Whether a container with that record is one of these, and needed. */
  boolean isInUse(RecordId record) {
    return inUse.contains(record);
  }

  /** One of them, until it is closed. */
  final class Carrier implements AutoCloseable {
    private final HostLink host;
    private final RecordId record;
    private final String image;
    private final ContainerId id;

    private Carrier(HostLink host, RecordId record, String image, ContainerId id) {
      this.host = host;
      this.record = record;
      this.image = image;
      this.id = id;
    }

    ContainerId id() {
      return id;
    }

    @Override
    public void close() {
      remove(host, "/containers/" + id + "?force=1");
      remove(host, "/images/" + image);
      inUse.remove(record);
    }
  }

  Carrier open(HostLink host, VolumeRecord volume) throws IOException {
    EngineAnswer imported =
        host.call(
            "POST",
            "/images/create?fromSrc=-",
            Headers.of("Content-Type", "application/x-tar"),
            EMPTY_ARCHIVE,
            ANSWER);
    String image = imported.isOk() ? imported.json().path("status").asText() : "";
    if (image.isEmpty()) {
      throw new IOException("an empty image cannot be made: " + imported.message());
    }
    RecordId record = RecordId.random();
    inUse.add(record);
    String name = VolumeService.carrier(volume);
    remove(host, "/containers/" + name + "?force=1");
    try {
      EngineAnswer created =
          host.call(
              "POST",
              "/containers/create?name=" + name,
              JSON.writeValueAsBytes(body(image, record, volume)),
              ANSWER);
      if (!created.isOk()) {
        throw new IOException(created.message());
      }
      return new Carrier(host, record, image, new ContainerId(created.json().path("Id").asText()));
    } catch (IOException | RuntimeException e) {
      inUse.remove(record);
      remove(host, "/images/" + image);
      throw e;
    }
  }

  private static ObjectNode body(String image, RecordId record, VolumeRecord volume) {
    ObjectNode body = JSON.createObjectNode().put("Image", image);
    body.putArray("Cmd").add("none");
    body.putObject("Labels").put(Labels.RECORD, record.value());
    body.putObject("HostConfig")
        .put("NetworkMode", "none")
        .putArray("Binds")
        .add(volume.engineName() + ":" + DIRECTORY);
    return body;
  }

  private static void remove(HostLink host, String path) {
    try {
      host.call("DELETE", path, ANSWER);
    } catch (IOException e) {
      LOG.atDebug().addKeyValue("host", host.id()).setCause(e).log("left on its host");
    }
  }
}

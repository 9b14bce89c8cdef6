package dev.berth.manager.image;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.common.id.HostId;
import dev.berth.common.id.ImageId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.ImageRecord;
import dev.berth.manager.cluster.EngineAnswer;
import dev.berth.manager.cluster.HostLink;
import dev.berth.manager.cluster.Hosts;
import dev.berth.manager.view.View;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** What is asked of engines about images. Safe for any thread. */
final class EngineImages {
  private static final Duration ANSWER = Duration.ofSeconds(60);

  private final Hosts hosts;
  private final View view;
  private final AtomicInteger turns = new AtomicInteger();

  EngineImages(Hosts hosts, View view) {
    this.hosts = hosts;
    this.view = view;
  }

  /** The hosts that answer. */
  private List<HostLink> healthy() {
    return hosts.links().stream()
        .filter(host -> hosts.isInSync(host.id()) && !view.isLost(host.id()))
        .toList();
  }

  /** A host that answers, each in turn. */
  HostLink any() throws ImageException {
    List<HostLink> healthy = healthy();
    if (healthy.isEmpty()) {
      throw new ImageException(503, "No healthy node available in the cluster");
    }
    return healthy.get(Math.floorMod(turns.getAndIncrement(), healthy.size()));
  }

  /** A host that has the image by that digest, or else any. */
  HostLink having(String digestReference) throws ImageException {
    for (HostId host : view.digestHosts(digestReference)) {
      if (hosts.isInSync(host) && hosts.find(host).isPresent()) {
        return hosts.find(host).get();
      }
    }
    return any();
  }

  /** The engine's answer about an image from a host that has it. */
  JsonNode ask(ImageId image, String question) throws IOException {
    List<String> failures = new ArrayList<>();
    for (HostId host : view.imageHosts(image)) {
      try {
        EngineAnswer answer =
            hosts.link(host).call("GET", "/images/" + image + "/" + question, ANSWER);
        if (answer.isOk()) {
          return answer.json();
        }
        failures.add(answer.message());
      } catch (IOException e) {
        failures.add(e.getMessage());
      }
    }
    throw new ImageException(
        503,
        failures.isEmpty()
            ? "no host that answers has image %s: wait until one is back, or pull it again"
                .formatted(image.shortened())
            : String.join("; ", failures));
  }

  /** An image as a new record without names, by the id or digest that an engine knows it by. */
  ImageRecord describe(HostLink host, String reference, TenantId tenant) throws IOException {
    EngineAnswer answer = host.call("GET", "/images/" + reference + "/json", ANSWER);
    if (!answer.isOk()) {
      throw new ImageException(answer.status(), answer.message());
    }
    JsonNode image = answer.json();
    List<String> layers = new ArrayList<>();
    image.path("RootFS").path("Layers").forEach(layer -> layers.add(layer.asText()));
    return new ImageRecord(
        tenant.value(),
        new ImageId(image.path("Id").asText()).value(),
        List.of(),
        List.of(),
        created(image.path("Created").asText()),
        image.path("Size").asLong(),
        layers);
  }

  private static long created(String text) {
    try {
      return OffsetDateTime.parse(text).toEpochSecond();
    } catch (DateTimeException e) {
      return 0;
    }
  }

  boolean has(HostLink host, ImageId image) throws IOException {
    return host.call("GET", "/images/" + image + "/json", ANSWER).isOk();
  }
}

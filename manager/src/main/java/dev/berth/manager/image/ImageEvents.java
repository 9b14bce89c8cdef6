package dev.berth.manager.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.ImageId;
import dev.berth.common.id.Labels;
import dev.berth.common.id.TenantId;
import dev.berth.manager.view.Events;
import dev.berth.manager.view.ImageName;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/** Tells a tenant of what happened to its images, as an engine would (Engine API, SystemEvents). */
final class ImageEvents {
  private final Events events;
  private final InstantSource clock;

  ImageEvents(Events events, InstantSource clock) {
    this.events = events;
    this.clock = clock;
  }

  /** About an image. */
  void of(TenantId tenant, String action, ImageId image, String name, JsonNode labels) {
    add(tenant, action, image.value(), name, labels);
  }

  /** About what is in a registry. */
  void of(TenantId tenant, String action, ImageName name) {
    add(tenant, action, name.familiar(), name.repository(), JsonNodeFactory.instance.objectNode());
  }

  private void add(TenantId tenant, String action, String id, String name, JsonNode labels) {
    Instant now = clock.instant();
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.put("status", action).put("id", id).put("Type", "image").put("Action", action);
    ObjectNode attributes = event.putObject("Actor").put("ID", id).putObject("Attributes");
    labels
        .properties()
        .forEach(
            label -> {
              if (!Labels.isReserved(label.getKey())) {
                attributes.set(label.getKey(), label.getValue());
              }
            });
    attributes.put("name", name);
    event.put("scope", "local").put("time", now.getEpochSecond());
    event.put("timeNano", TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano());
    events.add(tenant, event);
  }
}

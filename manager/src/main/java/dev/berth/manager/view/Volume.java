package dev.berth.manager.view;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.HostId;
import dev.berth.common.id.Labels;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.VolumeRecord;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;

/**
 * A volume as its tenant's. Only a {@link Scope} gives one out: who holds it has it from the
 * caller's own scope. Immutable.
 */
public final class Volume {
  private final VolumeRecord record;
  private final Optional<JsonNode> seen;

  Volume(VolumeRecord record, Optional<JsonNode> seen) {
    this.record = record;
    this.seen = seen;
  }

  public VolumeRecord record() {
    return record;
  }

  public TenantId tenant() {
    return new TenantId(record.tenant());
  }

  public String name() {
    return record.name();
  }

  public HostId host() {
    return new HostId(record.host());
  }

  /** What its engine calls it. */
  public String engineName() {
    return record.engineName();
  }

  /** Whether an engine made it for a container that named none, as engines from API 1.42 tell. */
  public boolean isAnonymous() {
    return record.anonymous() || labels().has("com.docker.volume.anonymous");
  }

  JsonNode labels() {
    return json().path("Labels");
  }

  /** The answer to {@code GET /volumes/{name}}: the engine's own in the tenant's words. */
  public ObjectNode json() {
    return seen.map(node -> inOwnWords((ObjectNode) node)).orElseGet(this::fromRecord);
  }

  private ObjectNode inOwnWords(ObjectNode node) {
    ObjectNode json = node.deepCopy();
    json.put("Name", name());
    json.put(
        "Mountpoint",
        json.path("Mountpoint").asText().replace("/" + engineName() + "/", "/" + name() + "/"));
    if (json.path("Labels") instanceof ObjectNode labels) {
      labels.remove(
          labels.properties().stream().map(Map.Entry::getKey).filter(Labels::isReserved).toList());
      // An engine shows none for a volume that was made without.
      if (labels.isEmpty()) {
        json.putNull("Labels");
      }
    }
    return json;
  }

  private ObjectNode fromRecord() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put(
        "CreatedAt",
        Instant.ofEpochMilli(record.created()).truncatedTo(ChronoUnit.SECONDS).toString());
    json.put("Driver", "local");
    ObjectNode labels = json.putObject("Labels");
    record.labels().forEach(labels::put);
    json.put("Mountpoint", "/var/lib/docker/volumes/" + name() + "/_data");
    json.put("Name", name());
    json.putNull("Options");
    json.put("Scope", "local");
    return json;
  }
}

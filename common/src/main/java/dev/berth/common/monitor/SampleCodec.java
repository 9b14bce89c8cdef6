package dev.berth.common.monitor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.ContainerId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Samples as JSON. Who reads leaves out what it does not know, so that agents and managers of
 * neighbouring versions understand each other.
 */
public final class SampleCodec {
  private SampleCodec() {}

  public static ObjectNode write(HostSample sample) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("at", sample.at().toEpochMilli());
    json.set("host", write(HostMetric.values(), sample.host()));
    ArrayNode containers = json.putArray("containers");
    for (ContainerSample container : sample.containers()) {
      containers
          .addObject()
          .put("id", container.id().value())
          .put("name", container.name())
          .put("tenant", container.tenant())
          .set("values", write(ContainerMetric.values(), container.values()));
    }
    return json;
  }

  /** The values that there are, under their keys. */
  public static <M extends Enum<M> & Metric> ObjectNode write(M[] metrics, Values<M> values) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    for (M metric : metrics) {
      values.find(metric).ifPresent(value -> put(json, metric.key(), value));
    }
    return json;
  }

  private static void put(ObjectNode json, String key, double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1L << 53) {
      json.put(key, (long) value);
    } else {
      json.put(key, Math.round(value * 1e6) / 1e6);
    }
  }

  /**
   * Reads a sample.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static HostSample read(JsonNode json) {
    if (!json.path("at").isIntegralNumber()) {
      throw new IllegalArgumentException("a host's sample has no time");
    }
    Values<HostMetric> host = new Values<>(HostMetric.values());
    for (Map.Entry<String, JsonNode> value : json.path("host").properties()) {
      Metric.find(HostMetric.values(), value.getKey())
          .ifPresent(it -> host.put(it, value.getValue().asDouble()));
    }
    List<ContainerSample> containers = new ArrayList<>();
    for (JsonNode each : json.path("containers")) {
      Values<ContainerMetric> values = new Values<>(ContainerMetric.values());
      for (Map.Entry<String, JsonNode> value : each.path("values").properties()) {
        Metric.find(ContainerMetric.values(), value.getKey())
            .ifPresent(it -> values.put(it, value.getValue().asDouble()));
      }
      containers.add(
          new ContainerSample(
              new ContainerId(each.path("id").asText()),
              each.path("name").asText(),
              each.path("tenant").asText(),
              values));
    }
    return new HostSample(Instant.ofEpochMilli(json.path("at").asLong()), host, containers);
  }
}

package dev.berth.manager.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.resource.Resources;
import java.util.List;
import java.util.Map;

/**
 * What an update (Engine API, ContainerUpdate) makes of the body that a container was made with.
 */
final class Limits {
  private static final List<String> CPU = List.of("NanoCpus", "CpuQuota", "CpuPeriod");
  private static final List<String> MEMORY = List.of("Memory", "MemorySwap", "MemoryReservation");
  private static final String PIDS = "PidsLimit";

  private Limits() {}

  /** The fields that an engine changes: what is empty or zero it takes for no change. */
  static ObjectNode given(ObjectNode changes) {
    ObjectNode given = JsonNodeFactory.instance.objectNode();
    changes.properties().stream()
        .filter(each -> !isNothing(each.getValue()))
        .forEach(each -> given.set(each.getKey(), each.getValue()));
    return given;
  }

  private static boolean isNothing(JsonNode value) {
    return value.isNull()
        || (value.isNumber() && value.asLong() == 0)
        || (value.isTextual() && value.textValue().isEmpty())
        || (value.isContainerNode() && (value.isEmpty() || isNothing(value.path("Name"))));
  }

  /**
   * The changes, with the swap that goes with less memory: an engine would leave all that the
   * container had, which is twice its memory when nothing was said of it.
   */
  static ObjectNode withSwap(JsonNode before, ObjectNode changes) {
    long memory = changes.path("Memory").asLong();
    long had = host(before).path("Memory").asLong();
    long swap = host(before).path("MemorySwap").asLong();
    boolean isShrinking = memory > 0 && had > memory && changes.path("MemorySwap").asLong() == 0;
    if (!isShrinking || (swap > 0 && swap <= 2 * memory)) {
      return changes;
    }
    return changes.deepCopy().put("MemorySwap", 2 * memory);
  }

  static JsonNode host(JsonNode body) {
    return body.path("HostConfig");
  }

  /** The body with these fields of its host configuration. */
  static ObjectNode with(JsonNode body, ObjectNode given) {
    ObjectNode after = body.deepCopy();
    after.withObjectProperty("HostConfig").setAll(given.deepCopy());
    return after;
  }

  /** The body with those of these fields that an engine has, as it has them. */
  static ObjectNode asOnEngine(JsonNode body, ObjectNode given, JsonNode engineHost) {
    ObjectNode had = given.deepCopy();
    for (Map.Entry<String, JsonNode> each : given.properties()) {
      if (engineHost.has(each.getKey())) {
        had.set(each.getKey(), engineHost.get(each.getKey()));
      }
    }
    return with(body, had);
  }

  /** The body after an update, with more than that of what there was more of before. */
  static ObjectNode larger(JsonNode before, JsonNode after) {
    ObjectNode both = after.deepCopy();
    Resources had = Reservations.resources(before);
    Resources has = Reservations.resources(after);
    if (had.cpus().compareTo(has.cpus()) > 0) {
      take(CPU, before, both);
    }
    if (had.memory().compareTo(has.memory()) > 0) {
      take(MEMORY, before, both);
    }
    if (host(before).path(PIDS).asLong() > host(after).path(PIDS).asLong()) {
      take(List.of(PIDS), before, both);
    }
    return both;
  }

  private static void take(List<String> fields, JsonNode from, ObjectNode to) {
    ObjectNode host = to.withObjectProperty("HostConfig");
    host.remove(fields);
    for (String field : fields) {
      if (host(from).has(field)) {
        host.set(field, host(from).get(field));
      }
    }
  }
}

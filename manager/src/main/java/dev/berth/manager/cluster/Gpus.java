package dev.berth.manager.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.manager.tenant.DeviceNames;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which container has which GPU of its host. An engine gives a container that asks for a number of
 * GPUs the first ones, whoever has them; so each is given its own by number. Guarded by the
 * placer's lock.
 */
final class Gpus {
  private static final int MOST = 1024;

  /** What a container has on a host. */
  private record Held(HostId host, BitSet numbers) {}

  private final Map<RecordId, Held> held = new HashMap<>();

  private static List<JsonNode> requests(JsonNode body) {
    return body.path("HostConfig")
        .path("DeviceRequests")
        .valueStream()
        .filter(request -> !DeviceNames.isByName(request))
        .toList();
  }

  /** How many GPUs a create body asks for. */
  static long asked(JsonNode body) {
    long asked = 0;
    for (JsonNode request : requests(body)) {
      asked += Math.max(request.path("DeviceIDs").size(), request.path("Count").asLong());
    }
    return Math.clamp(asked, 0, MOST);
  }

  /** What a container has by its record. */
  void hold(RecordId id, HostId host, JsonNode body) {
    BitSet numbers = new BitSet();
    for (JsonNode request : requests(body)) {
      for (JsonNode device : request.path("DeviceIDs")) {
        if (device.asText().matches("\\d{1,3}")) {
          numbers.set(Integer.parseInt(device.asText()));
        }
      }
    }
    if (numbers.isEmpty()) {
      held.remove(id);
    } else {
      held.put(id, new Held(host, numbers));
    }
  }

  void release(RecordId id) {
    held.remove(id);
  }

  void clear() {
    held.clear();
  }

  /** Gives a container that was placed on a host its own; the body is changed, and held. */
  void give(RecordId id, HostId host, ObjectNode body) {
    if (asked(body) == 0) {
      return;
    }
    BitSet taken = new BitSet();
    held.values().stream()
        .filter(each -> each.host().equals(host))
        .forEach(each -> taken.or(each.numbers()));
    for (JsonNode request : requests(body)) {
      long count = request.path("Count").asLong();
      if (request instanceof ObjectNode changed && count > 0) {
        ArrayNode numbers = changed.put("Count", 0).putArray("DeviceIDs");
        for (int i = 0; i < Math.min(count, MOST); i++) {
          int number = taken.nextClearBit(0);
          taken.set(number);
          numbers.add(Integer.toString(number));
        }
      }
    }
    hold(id, host, body);
  }

  /** Makes a body ask for as many GPUs as it has, wherever they are. */
  static void takeBack(ObjectNode body) {
    for (JsonNode request : requests(body)) {
      if (request instanceof ObjectNode changed && !request.path("DeviceIDs").isEmpty()) {
        changed.put("Count", request.path("DeviceIDs").size()).putNull("DeviceIDs");
      }
    }
  }
}

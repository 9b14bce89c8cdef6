package dev.berth.manager.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.manager.tenant.DeviceNames;
import dev.berth.scheduler.Extras;
import dev.berth.scheduler.ResourceKind;
import java.util.HashMap;
import java.util.Map;

/** The devices of hosts that containers are given by name. */
final class Devices {
  private Devices() {}

  /** Whether a kind is a device, and none of the others. */
  static boolean isOne(ResourceKind kind) {
    return DeviceNames.isOne(kind.name());
  }

  /** One of each that a create body names, however often it does. */
  static Extras asked(JsonNode body) {
    Map<ResourceKind, Long> asked = new HashMap<>();
    for (JsonNode device : body.path("HostConfig").path("Devices")) {
      add(asked, device.path("PathOnHost").asText());
    }
    for (JsonNode request : body.path("HostConfig").path("DeviceRequests")) {
      if (DeviceNames.isByName(request)) {
        request.path("DeviceIDs").forEach(id -> add(asked, id.asText()));
      }
    }
    return asked.isEmpty() ? Extras.NONE : new Extras(asked);
  }

  /** What no host can declare is the engine's to judge, and nothing to count. */
  private static void add(Map<ResourceKind, Long> asked, String name) {
    if (DeviceNames.isOne(name)) {
      asked.put(new ResourceKind(name), 1L);
    }
  }

  /** How many there are in all. */
  static long count(Extras extras) {
    return extras.amounts().entrySet().stream()
        .filter(each -> isOne(each.getKey()))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }
}

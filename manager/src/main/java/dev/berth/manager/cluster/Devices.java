package dev.berth.manager.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.scheduler.Extras;
import dev.berth.scheduler.ResourceKind;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The devices of hosts that containers are given by name: by their path ({@code --device
 * /dev/fuse}), or as CDI calls them ({@code --device vendor.com/class=name}, Engine API v1.44).
 */
final class Devices {
  private static final Pattern NAME =
      Pattern.compile("/[^\\s,=]+|[A-Za-z][\\w.-]*/[A-Za-z][\\w-]*=[A-Za-z0-9][\\w.:-]*");

  private static final String CDI = "cdi";

  private Devices() {}

  /** Whether a device can be called so. */
  static boolean isName(String text) {
    return text.length() <= ResourceKind.MAX_CHARS && NAME.matcher(text).matches();
  }

  /** Whether a kind is a device, and none of the others. */
  static boolean isOne(ResourceKind kind) {
    return isName(kind.name());
  }

  /** Whether one of {@code HostConfig.DeviceRequests} is for devices by their names. */
  static boolean isByName(JsonNode request) {
    return request.path("Driver").asText().equals(CDI);
  }

  /** One of each that a create body names, however often it does. */
  static Extras asked(JsonNode body) {
    Map<ResourceKind, Long> asked = new HashMap<>();
    for (JsonNode device : body.path("HostConfig").path("Devices")) {
      add(asked, device.path("PathOnHost").asText());
    }
    for (JsonNode request : body.path("HostConfig").path("DeviceRequests")) {
      if (isByName(request)) {
        request.path("DeviceIDs").forEach(id -> add(asked, id.asText()));
      }
    }
    return asked.isEmpty() ? Extras.NONE : new Extras(asked);
  }

  /** What no host can declare is the engine's to judge, and nothing to count. */
  private static void add(Map<ResourceKind, Long> asked, String name) {
    if (isName(name)) {
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

package dev.berth.manager.tenant;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.scheduler.ResourceKind;
import java.util.regex.Pattern;

/**
 * What devices of hosts are called: by their path ({@code /dev/fuse}), which has one spelling, or
 * as CDI calls them ({@code vendor.com/class=name}, Container Device Interface 0.6). What is called
 * otherwise can be neither declared nor opened, so all that containers are given can be counted.
 */
public final class DeviceNames {
  static final String CDI = "cdi";

  /** How many a container can be given: each is counted, and looked for, while others wait. */
  static final int MOST = 64;

  private static final Pattern PATH = Pattern.compile("(?:/(?!\\.{1,2}(?:/|$))[^\\s,=/]+)+");
  private static final Pattern BY_CDI =
      Pattern.compile("[A-Za-z][\\w.-]*/[A-Za-z][\\w.-]*=[A-Za-z0-9][\\w.:-]*");

  private DeviceNames() {}

  /** Whether a device can be called so. */
  public static boolean isOne(String text) {
    return isPath(text) || isCdi(text);
  }

  static boolean isPath(String text) {
    return text.length() <= ResourceKind.MAX_CHARS && PATH.matcher(text).matches();
  }

  static boolean isCdi(String text) {
    return text.length() <= ResourceKind.MAX_CHARS && BY_CDI.matcher(text).matches();
  }

  /**
   * Whether one of {@code HostConfig.DeviceRequests} is for devices by their CDI names (Engine API
   * v1.44), and not for GPUs.
   */
  public static boolean isByName(JsonNode request) {
    return request.path("Driver").asText().equals(CDI);
  }

  /** Lets by what names few enough, whatever an operator has opened. */
  static void requireFew(JsonNode host, Place at) {
    long named = host.path("Devices").size();
    for (JsonNode request : host.path("DeviceRequests")) {
      named += Math.max(1, request.path("DeviceIDs").size());
    }
    if (named > MOST) {
      throw at.field(host.path("Devices").size() > MOST ? "Devices" : "DeviceRequests")
          .denied(
              "a container is given at most %d devices, and this names %d; name fewer"
                  .formatted(MOST, named));
    }
  }
}

package dev.berth.manager.cluster;

import dev.berth.manager.tenant.DeviceNames;
import dev.berth.scheduler.Extras;
import dev.berth.scheduler.ResourceKind;
import dev.berth.scheduler.quota.Quantity;
import java.util.HashMap;
import java.util.Map;

/** What a host's label says that it has besides CPU and memory. */
public final class HostResources {
  /** As {@code gpu=4,disk=500g,pids=30000,/dev/fuse=1}. */
  public static final String LABEL = "berth.resources";

  private HostResources() {}

  /**
   * Reads what a label says.
   *
   * @throws IllegalArgumentException with a sentence
   */
  public static Extras parse(String text) {
    Map<ResourceKind, Long> amounts = new HashMap<>();
    for (String pair : pairs(text)) {
      put(amounts, pair);
    }
    return new Extras(amounts);
  }

  private static String[] pairs(String text) {
    return text.trim().split("\\s*,\\s*", -1);
  }

  private static void put(Map<ResourceKind, Long> amounts, String pair) {
    // Names of devices can have the sign, too.
    int end = pair.lastIndexOf('=');
    String name = end < 0 ? pair : pair.substring(0, end);
    String amount = end < 0 ? "" : pair.substring(end + 1);
    switch (name) {
      case "gpu" -> amounts.put(ResourceKind.GPU, Quantity.GPUS.parse(amount));
      case "disk" -> amounts.put(ResourceKind.DISK, Quantity.DISK.parse(amount));
      case "pids" -> amounts.put(ResourceKind.PIDS, Quantity.PIDS.parse(amount));
      default -> amounts.put(device(name, pair), holders(name, amount));
    }
  }

  private static ResourceKind device(String name, String pair) {
    if (!DeviceNames.isOne(name)) {
      throw new IllegalArgumentException(
          ("invalid resource \"%s\" of a host: use gpu, disk, pids, and devices by their paths or"
                  + " CDI names, as gpu=4,disk=500g,/dev/fuse=1")
              .formatted(pair));
    }
    return new ResourceKind(name);
  }

  /** One of which there is nothing would be one that no host has: then it is left out. */
  private static long holders(String name, String amount) {
    long holders = amount.matches("\\d{1,9}") ? Long.parseLong(amount) : 0;
    if (holders == 0) {
      throw new IllegalArgumentException(
          "invalid amount of %s \"%s\": use how many containers may have it at once, as %s=1"
              .formatted(name, amount, name));
    }
    return holders;
  }

  /** An engine's own label can say anything: what nobody understands of it says nothing. */
  public static Extras of(Map<String, String> labels) {
    if (!labels.containsKey(LABEL)) {
      return Extras.NONE;
    }
    Map<ResourceKind, Long> amounts = new HashMap<>();
    for (String pair : pairs(labels.get(LABEL))) {
      try {
        put(amounts, pair);
      } catch (IllegalArgumentException e) {
        // The others hold.
      }
    }
    return new Extras(amounts);
  }
}

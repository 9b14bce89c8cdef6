package dev.berth.manager.cluster;

import dev.berth.scheduler.Extras;
import dev.berth.scheduler.ResourceKind;
import dev.berth.scheduler.quota.Quantity;
import java.util.HashMap;
import java.util.Map;

/** What a host's label says that it has besides CPU and memory. */
public final class HostResources {
  /** As {@code gpu=4,disk=500g,pids=30000}. */
  public static final String LABEL = "berth.resources";

  private HostResources() {}

  /**
   * Reads what a label says.
   *
   * @throws IllegalArgumentException with a sentence
   */
  public static Extras parse(String text) {
    Map<ResourceKind, Long> amounts = new HashMap<>();
    for (String pair : text.trim().split("\\s*,\\s*", -1)) {
      String[] sides = pair.split("=", 2);
      String amount = sides.length == 2 ? sides[1] : "";
      switch (sides[0]) {
        case "gpu" -> amounts.put(ResourceKind.GPU, Quantity.GPUS.parse(amount));
        case "disk" -> amounts.put(ResourceKind.DISK, Quantity.DISK.parse(amount));
        case "pids" -> amounts.put(ResourceKind.PIDS, Quantity.PIDS.parse(amount));
        default ->
            throw new IllegalArgumentException(
                "invalid resource \"%s\" of a host: use gpu, disk and pids, as gpu=4,disk=500g"
                    .formatted(pair));
      }
    }
    return new Extras(amounts);
  }

  /** An engine's own label can say anything: one that nobody understands says nothing. */
  static Extras of(Map<String, String> labels) {
    try {
      return labels.containsKey(LABEL) ? parse(labels.get(LABEL)) : Extras.NONE;
    } catch (IllegalArgumentException e) {
      return Extras.NONE;
    }
  }
}

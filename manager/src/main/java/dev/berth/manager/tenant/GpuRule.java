package dev.berth.manager.tenant;

import static dev.berth.manager.tenant.FieldTable.field;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * Requests for GPUs (Engine API v1.40, {@code HostConfig.DeviceRequests}): a number of them, for a
 * tenant with a quota. Which ones it gets the cluster says.
 */
final class GpuRule {
  private static final String NO_QUOTA =
      "this tenant has no quota of GPUs; ask an operator for one";

  private static final Rule COUNT =
      (value, at) -> {
        long count = Rules.whole(value, at);
        if (count < 1) {
          throw at.denied("say how many GPUs: all of a host cannot be asked for");
        }
        return Optional.of(value);
      };

  private static final Rule CAPABILITIES =
      (value, at) -> {
        boolean isGpu = value.size() == 1 && value.path(0).valueStream().anyMatch(GpuRule::isGpu);
        if (!isGpu) {
          throw at.denied("of devices only GPUs can be asked for");
        }
        return Optional.of(value);
      };

  private static final Rule REQUEST =
      new FieldTable(
          Rules.UNKNOWN,
          List.of(
              field("Driver", Rules.oneOf("the driver of GPUs is nvidia", "nvidia")),
              field("Count", COUNT),
              field("DeviceIDs", Rules.zero("the cluster chooses the GPUs; say how many")),
              field("Capabilities", CAPABILITIES),
              field("Options", Rules.zero("GPUs take no options"))));

  private static final Rule ONE =
      (value, at) -> {
        if (DeviceNames.isByName(value)) {
          throw at.denied("devices are the host's");
        }
        return REQUEST.admit(value, at);
      };

  /** At most one request for GPUs, beside those for devices that an operator has opened. */
  static final Rule REQUESTS =
      (value, at) -> {
        if (Rules.isZero(value)) {
          return Optional.empty();
        }
        List<JsonNode> gpus =
            value.valueStream().filter(each -> !DeviceNames.isByName(each)).toList();
        if (!gpus.isEmpty()) {
          requireOne(gpus, at);
        }
        return Rules.each(ONE).admit(value, at);
      };

  private GpuRule() {}

  private static void requireOne(List<JsonNode> gpus, Place at) {
    if (at.admission().gpus() == 0) {
      throw at.denied(NO_QUOTA);
    }
    if (gpus.size() != 1) {
      throw at.denied("ask for all GPUs at once");
    }
    if (!gpus.getFirst().has("Count") || !gpus.getFirst().has("Capabilities")) {
      throw at.denied("say how many GPUs, and with which capabilities");
    }
  }

  private static boolean isGpu(JsonNode capability) {
    return capability.asText().equals("gpu");
  }
}

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
  static final String BY_NAME = "cdi";

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

  /** At most one request. */
  static final Rule REQUESTS =
      (value, at) -> {
        if (Rules.isZero(value)) {
          return Optional.empty();
        }
        if (value.valueStream().allMatch(GpuRule::isByName)) {
          throw at.denied("devices are the host's");
        }
        if (at.admission().gpus() == 0) {
          throw at.denied(NO_QUOTA);
        }
        if (value.size() != 1) {
          throw at.denied("ask for all GPUs at once");
        }
        if (!value.path(0).has("Count") || !value.path(0).has("Capabilities")) {
          throw at.denied("say how many GPUs, and with which capabilities");
        }
        return Rules.each(REQUEST).admit(value, at);
      };

  private GpuRule() {}

  /** Whether it is for devices by their CDI names. */
  static boolean isByName(JsonNode request) {
    return request.path("Driver").asText().equals(BY_NAME);
  }

  private static boolean isGpu(JsonNode capability) {
    return capability.asText().equals("gpu");
  }
}

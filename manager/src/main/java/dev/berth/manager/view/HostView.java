package dev.berth.manager.view;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.common.id.ContainerId;
import dev.berth.common.record.HostDescriptor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What is known of one host. Guarded by the view's lock, but for the volatile fields. */
final class HostView {
  volatile HostDescriptor descriptor;
  volatile boolean lost = true;
  volatile List<JsonNode> images = List.of();
  long seq = -1;
  final Map<ContainerId, Observed> containers = new HashMap<>();

  HostView(HostDescriptor descriptor) {
    this.descriptor = descriptor;
  }
}

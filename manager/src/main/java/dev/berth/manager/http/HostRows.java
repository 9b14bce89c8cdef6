package dev.berth.manager.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.manager.ops.ClusterStatus;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The hosts as pairs of a name and a value, which {@code docker info} prints a line each: the form
 * in which classic Swarm told of its nodes. For operators only.
 */
final class HostRows {
  private static final double GIBIBYTE = 1L << 30;

  private HostRows() {}

  /** Adds them to an answer of {@code GET /info}, where old and new clients look for them. */
  static void add(ObjectNode info, ClusterStatus status) {
    ArrayNode rows = info.putArray("SystemStatus");
    ClusterStatus.Summary summary = status.summary();
    row(rows, "Leader", summary.leader().isEmpty() ? "none" : summary.leader());
    row(rows, "Hosts", "%d of %d up".formatted(summary.hostsUp(), summary.hosts()));
    for (ClusterStatus.Host host : status.hosts()) {
      row(rows, " " + host.name(), host.address());
      row(rows, "  └ ID", host.id().value());
      row(rows, "  └ Status", host.state());
      row(rows, "  └ Engine", host.engineVersion());
      row(rows, "  └ Containers", Integer.toString(host.containers()));
      row(
          rows,
          "  └ Reserved CPUs",
          String.format(Locale.ROOT, "%.2f / %d", host.reservedCpus(), host.cpus()));
      row(
          rows,
          "  └ Reserved Memory",
          String.format(
              Locale.ROOT,
              "%.2f GiB / %.2f GiB",
              host.reservedMemory() / GIBIBYTE,
              host.memory() / GIBIBYTE));
      row(
          rows,
          "  └ Labels",
          host.labels().entrySet().stream()
              .map(label -> label.getKey() + "=" + label.getValue())
              .sorted()
              .collect(Collectors.joining(", ")));
    }
    info.set("DriverStatus", rows.deepCopy());
  }

  private static void row(ArrayNode rows, String name, String value) {
    rows.addArray().add(name).add(value);
  }
}

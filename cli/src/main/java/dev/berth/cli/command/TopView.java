package dev.berth.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.cli.Surroundings;
import dev.berth.cli.client.OpsClient;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what the fleet uses, again and again until it is interrupted. */
final class TopView {
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final String CLEAR = "\033[H\033[2J";
  private static final double MEGA = 1024.0 * 1024;

  /** The options of each of these commands. */
  static final class Options {
    @Mixin private ClientOptions client;

    @Option(names = "--once", description = "Show the numbers once; the default off a terminal.")
    private boolean isOnce;
  }

  private TopView() {}

  /** Shows the answers of a path until the thread is interrupted, or once. */
  static void show(
      Surroundings surroundings,
      Options options,
      String path,
      String field,
      BiConsumer<JsonNode, PrintWriter> text) {
    OpsClient client = new OpsClient(options.client.targets(surroundings).operator());
    boolean isLive = surroundings.isTerminal() && !options.isOnce && options.client.isText();
    do {
      JsonNode answer = client.get(path);
      if (isLive) {
        surroundings.out().print(CLEAR);
      }
      options.client.printList(
          surroundings, answer, field, () -> text.accept(answer, surroundings.out()));
      if (isLive) {
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    } while (isLive && !Thread.currentThread().isInterrupted());
  }

  static void hosts(JsonNode answer, PrintWriter out) {
    Table table =
        new Table(
            "HOST",
            "CPU",
            "OF",
            "LOAD",
            "MEMORY",
            "DISK",
            "GPU",
            "NET IN",
            "NET OUT",
            "RUNNING",
            "PRESSURE");
    for (JsonNode host : Fields.items(answer, "hosts")) {
      JsonNode values = host.path("values");
      table.row(
          host.path("name").asText(),
          decimal(values, "cpu_used_cores"),
          values.path("cpus").asText("-"),
          decimal(values, "load1"),
          share(values, "memory_used_bytes", "memory_total_bytes"),
          share(values, "disk_used_bytes", "disk_total_bytes"),
          ratio(values, "gpu_busy_ratio"),
          rate(values, "network_received_bytes_per_second"),
          rate(values, "network_sent_bytes_per_second"),
          values.path("containers_running").asText("-"),
          pressure(values));
    }
    for (JsonNode name : answer.path("silent")) {
      table.row(name.asText(), "-", "-", "-", "-", "-", "-", "-", "-", "-", "silent");
    }
    table.print(out);
  }

  static void tenants(JsonNode answer, PrintWriter out) {
    Table table = new Table("TENANT", "RUNNING", "CPU", "MEMORY", "NET IN", "NET OUT");
    for (JsonNode tenant : Fields.items(answer, "tenants")) {
      JsonNode values = tenant.path("values");
      table.row(
          tenant.path("tenant").asText(),
          tenant.path("containers").asText(),
          decimal(values, "cpu_used_cores"),
          mega(values, "memory_used_bytes"),
          rate(values, "network_received_bytes_per_second"),
          rate(values, "network_sent_bytes_per_second"));
    }
    table.print(out);
  }

  static void containers(JsonNode answer, PrintWriter out) {
    Table table = new Table("CONTAINER", "TENANT", "HOST", "CPU", "MEMORY", "NET IN", "NET OUT");
    for (JsonNode container : Fields.items(answer, "containers")) {
      JsonNode values = container.path("values");
      String tenant = container.path("tenant").asText();
      table.row(
          container.path("name").asText(),
          tenant.isEmpty() ? "-" : tenant,
          container.path("host").asText(),
          decimal(values, "cpu_used_cores"),
          mega(values, "memory_used_bytes"),
          rate(values, "network_received_bytes_per_second"),
          rate(values, "network_sent_bytes_per_second"));
    }
    table.print(out);
  }

  private static String pressure(JsonNode values) {
    int level = Math.max(values.path("memory_level").asInt(), values.path("disk_level").asInt());
    return switch (level) {
      case 0 -> "none";
      case 1 -> "avoid";
      default -> "refuse";
    };
  }

  private static String decimal(JsonNode values, String key) {
    return values.has(key) ? String.format(Locale.ROOT, "%.2f", values.path(key).asDouble()) : "-";
  }

  private static String mega(JsonNode values, String key) {
    return values.has(key)
        ? String.format(Locale.ROOT, "%.1f MiB", values.path(key).asDouble() / MEGA)
        : "-";
  }

  private static String rate(JsonNode values, String key) {
    return values.has(key)
        ? String.format(Locale.ROOT, "%.1f kB/s", values.path(key).asDouble() / 1000)
        : "-";
  }

  private static String share(JsonNode values, String used, String total) {
    return values.path(total).asDouble() > 0
        ? String.format(
            Locale.ROOT,
            "%.0f%%",
            100 * values.path(used).asDouble() / values.path(total).asDouble())
        : "-";
  }

  private static String ratio(JsonNode values, String name) {
    JsonNode value = values.path(name);
    return value.isNumber() ? String.format(Locale.ROOT, "%.0f%%", 100 * value.asDouble()) : "-";
  }
}

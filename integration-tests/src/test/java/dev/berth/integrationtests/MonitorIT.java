package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What operators see of a busy container, against what the engine and the kernel say of it. */
final class MonitorIT {
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * Two samples and two polls take 50 s. What they tell is of another moment than what the machine
   * tells, and agrees when the machine is even for as long.
   */
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /** How far apart two measures of the same may be, in per cent. */
  private static final double AGREED = 5;

  private static final Fleet FLEET = Fleet.shared();

  private static Docker docker;

  @BeforeAll
  static void busy() {
    docker = FLEET.tenant("busy-it");
    docker.ok(
        "run",
        "-d",
        "--name",
        "busy",
        "--cpus",
        "0.2",
        "busybox",
        "sh",
        "-c",
        "while :; do :; done");
  }

  @AfterAll
  static void cleanUp() {
    docker.remove("busy");
  }

  private static JsonNode json(String... words) {
    try {
      return JSON.readTree(FLEET.berth(words).ok().out());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<JsonNode> busyOne() {
    for (JsonNode container : json("top", "--format", "json").path("containers")) {
      if (container.path("tenant").asText().equals("busy-it")
          && container.path("values").has("cpu_used_cores")) {
        return Optional.of(container);
      }
    }
    return Optional.empty();
  }

  private static double shownOfBusyOne(String value) {
    return busyOne().map(one -> one.path("values").path(value).asDouble()).orElse(Double.NaN);
  }

  @Test
  void what_is_shown_of_a_busy_container_and_its_host_is_what_there_is() throws IOException {
    await().atMost(LIMIT).until(() -> busyOne().isPresent());

    JsonNode busy = busyOne().orElseThrow();
    assertThat(busy.path("name").asText()).isEqualTo("busy");

    // Both are of some seconds, not the same ones: on a busy machine they meet when it is even.
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              JsonNode stats = Api.as(docker).get("/containers/busy/stats?stream=false").json();
              assertThat(shownOfBusyOne("cpu_used_cores"))
                  .isCloseTo(cores(stats), withinPercentage(AGREED))
                  .isPositive();
            });
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> {
              JsonNode stats =
                  Api.as(docker).get("/containers/busy/stats?stream=false&one-shot=1").json();
              long memory =
                  stats.at("/memory_stats/usage").asLong()
                      - stats.at("/memory_stats/stats/total_inactive_file").asLong();
              assertThat(shownOfBusyOne("memory_used_bytes"))
                  .isCloseTo((double) memory, within(memory * 0.05 + 65_536));
            });

    for (JsonNode host : json("host", "top", "--format", "json").path("hosts")) {
      JsonNode values = host.path("values");
      assertThat(values.path("cpus").asInt()).isEqualTo(Runtime.getRuntime().availableProcessors());
      assertThat(values.path("disk_total_bytes").asLong()).isPositive();
      assertThat(values.path("memory_total_bytes").asDouble())
          .isEqualTo(kilobytes("MemTotal") * 1024);
      String name = host.path("name").asText();
      awaitAgreement(name, "memory_used_bytes", MonitorIT::memoryInUse);
      awaitAgreement(name, "cpu_seconds_total", MonitorIT::busySeconds);
      awaitAgreement(name, "load5", MonitorIT::loadOfFiveMinutes);
    }
    assertThat(FLEET.berth("tenant", "top").ok().out()).contains("busy-it");
    assertThat(FLEET.berth("host", "top", "--once").ok().out()).contains("PRESSURE");
    assertThat(Api.as(docker).get("/metrics").status()).isEqualTo(403);
  }

  /** Of a host, against what the machine says, which all hosts here are. */
  private static void awaitAgreement(String host, String value, Callable<Double> machine) {
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(shown(host, value))
                    .describedAs("%s of %s", value, host)
                    .isCloseTo(machine.call(), withinPercentage(AGREED)));
  }

  private static double shown(String host, String value) {
    return json("host", "top", "--format", "json")
        .path("hosts")
        .valueStream()
        .filter(each -> each.path("name").asText().equals(host))
        .mapToDouble(each -> each.path("values").path(value).asDouble())
        .findFirst()
        .orElse(Double.NaN);
  }

  /** As the docker CLI reckons it, in cores. */
  private static double cores(JsonNode stats) {
    double used =
        stats.at("/cpu_stats/cpu_usage/total_usage").asDouble()
            - stats.at("/precpu_stats/cpu_usage/total_usage").asDouble();
    double all =
        stats.at("/cpu_stats/system_cpu_usage").asDouble()
            - stats.at("/precpu_stats/system_cpu_usage").asDouble();
    return used / all * stats.at("/cpu_stats/online_cpus").asDouble();
  }

  private static double kilobytes(String name) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/meminfo"))) {
      return lines
          .filter(line -> line.startsWith(name + ":"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")))
          .findFirst()
          .orElseThrow();
    }
  }

  private static double memoryInUse() throws IOException {
    return (kilobytes("MemTotal") - kilobytes("MemAvailable")) * 1024;
  }

  private static double loadOfFiveMinutes() throws IOException {
    return Double.parseDouble(Files.readString(Path.of("/proc/loadavg")).split(" ")[1]);
  }

  /** All but idle and waiting, of the hundredths of seconds in the first line (proc(5)). */
  private static double busySeconds() throws IOException {
    String[] times =
        Files.readString(Path.of("/proc/stat")).lines().findFirst().orElseThrow().split(" +");
    double busy = 0;
    for (int i = 1; i <= 8; i++) {
      busy += i == 4 || i == 5 ? 0 : Double.parseDouble(times[i]) / 100;
    }
    return busy;
  }
}

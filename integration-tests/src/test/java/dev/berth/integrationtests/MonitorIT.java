package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What operators see of a busy container, against what the engine and the kernel say of it. */
final class MonitorIT {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration TWO_SAMPLES_AND_TWO_POLLS = Duration.ofSeconds(50);
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

  @Test
  void what_is_shown_of_a_busy_container_and_its_host_is_what_there_is() {
    await().atMost(TWO_SAMPLES_AND_TWO_POLLS).until(() -> busyOne().isPresent());

    JsonNode busy = busyOne().orElseThrow();
    assertThat(busy.path("name").asText()).isEqualTo("busy");
    assertThat(busy.at("/values/cpu_used_cores").asDouble()).isCloseTo(0.2, within(0.03));

    JsonNode stats = Api.as(docker).get("/containers/busy/stats?stream=false&one-shot=1").json();
    long memory =
        stats.at("/memory_stats/usage").asLong()
            - stats.at("/memory_stats/stats/total_inactive_file").asLong();
    assertThat(busy.at("/values/memory_used_bytes").asDouble())
        .isCloseTo((double) memory, within(memory * 0.05 + 65_536));

    for (JsonNode host : json("host", "top", "--format", "json").path("hosts")) {
      assertThat(host.at("/values/cpus").asInt())
          .isEqualTo(Runtime.getRuntime().availableProcessors());
      assertThat(host.at("/values/disk_total_bytes").asLong()).isPositive();
    }
    assertThat(FLEET.berth("tenant", "top").ok().out()).contains("busy-it");
    assertThat(FLEET.berth("host", "top", "--once").ok().out()).contains("PRESSURE");
    assertThat(Api.as(docker).get("/metrics").status()).isEqualTo(403);
  }
}

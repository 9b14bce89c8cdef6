package dev.berth.agent.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.agent.Dockerd;
import dev.berth.agent.ManagerSide;
import dev.berth.agent.PlainAgent;
import dev.berth.agent.SharedEngine;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpCall;
import dev.berth.common.wire.AgentApi;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedEngine.class)
class MonitorRoutesTest {

  private static ManagerSide.Answer get(ManagerSide manager, String path) throws IOException {
    try (HttpCall call = manager.dial()) {
      return ManagerSide.ask(call, "GET", path, Headers.NONE, "");
    }
  }

  @Test
  void a_manager_reads_samples_of_a_real_container(Dockerd engine) throws IOException {
    String id;
    try (PlainAgent first = PlainAgent.start(engine.socket())) {
      id = first.manager().create("measured", "", "sleep", "600");
      first.manager().start(id);
    }
    // The agent that begins now sees the container in its first samples.
    try (PlainAgent agent = PlainAgent.start(engine.socket())) {
      ManagerSide manager = agent.manager();
      try {
        await()
            .atMost(Duration.ofSeconds(25))
            .until(() -> get(manager, AgentApi.MONITOR).text().contains(id));

        JsonNode container = get(manager, AgentApi.MONITOR).json().at("/containers/0");
        assertThat(container.path("name").asText()).isEqualTo("measured");
        assertThat(container.at("/values/memory_used_bytes").asLong()).isPositive();
        assertThat(container.at("/values/cpu_seconds_total").asDouble()).isPositive();
        assertThat(get(manager, AgentApi.METRICS).text())
            .contains("berth_host_cpus{host=\"plain\"}")
            .contains("container=\"measured\"");
        assertThat(get(manager, AgentApi.MONITOR_SERIES).json().path("load1")).isNotEmpty();
        assertThat(
                get(manager, AgentApi.MONITOR_SERIES + "?window=day&container=" + id)
                    .json()
                    .path("memory_used_bytes"))
            .isNotEmpty();
        assertThat(get(manager, AgentApi.MONITOR_SERIES + "?x=1").status()).isEqualTo(400);
        assertThat(get(manager, AgentApi.MONITOR_SERIES + "?container=" + "b".repeat(64)).status())
            .isEqualTo(404);
      } finally {
        manager.remove(id);
      }
    }
  }
}

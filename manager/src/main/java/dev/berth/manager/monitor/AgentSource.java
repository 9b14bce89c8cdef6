package dev.berth.manager.monitor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.common.id.HostId;
import dev.berth.common.wire.AgentApi;
import dev.berth.manager.cluster.EngineAnswer;
import dev.berth.manager.cluster.HostLink;
import java.io.IOException;
import java.time.Duration;

/** Asks a host's agent. */
public record AgentSource(HostLink link) implements Source {
  private static final Duration BOUND = Duration.ofSeconds(5);

  @Override
  public HostId id() {
    return link.id();
  }

  @Override
  public String name() {
    return link.descriptor().name();
  }

  @Override
  public JsonNode latest() throws IOException {
    return get(AgentApi.MONITOR);
  }

  @Override
  public JsonNode past(String query) throws IOException {
    return get(AgentApi.MONITOR_SERIES + "?" + query);
  }

  private JsonNode get(String path) throws IOException {
    EngineAnswer answer = link.askAgent(path, BOUND);
    if (!answer.isOk()) {
      throw new IOException(
          "the agent of host %s answers %d to GET %s"
              .formatted(link.descriptor().name(), answer.status(), path));
    }
    return answer.json();
  }
}

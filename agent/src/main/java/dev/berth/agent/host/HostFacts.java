package dev.berth.agent.host;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.agent.engine.EngineAnswer;
import dev.berth.agent.engine.EngineClient;
import dev.berth.agent.engine.EngineDownException;
import dev.berth.common.id.HostId;
import dev.berth.common.record.HostDescriptor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Describes the host by what its engine says ({@code GET /info}, {@code GET /version}). */
public final class HostFacts {
  private static final Duration BOUND = Duration.ofSeconds(15);

  private final EngineClient engine;
  private final HostId id;
  private final String name;
  private final String address;
  private final int port;
  private final Optional<String> groups;
  private final Map<String, String> ownLabels;

  /**
   * For one host.
   *
   * @param ownLabels what the agent was told, over the engine's own labels
   */
  public HostFacts(
      EngineClient engine,
      HostId id,
      String name,
      String address,
      int port,
      Optional<String> groups,
      Map<String, String> ownLabels) {
    this.engine = engine;
    this.id = id;
    this.name = name;
    this.address = address;
    this.port = port;
    this.groups = groups;
    this.ownLabels = Map.copyOf(ownLabels);
  }

  /** Asks the engine. */
  public HostDescriptor read() throws EngineDownException {
    JsonNode info = get("/info");
    JsonNode version = get("/version");
    Map<String, String> labels = new HashMap<>();
    for (JsonNode label : info.path("Labels")) {
      String[] parts = label.asText().split("=", 2);
      labels.put(parts[0], parts.length == 2 ? parts[1] : "");
    }
    labels.putAll(ownLabels);
    return new HostDescriptor(
        id.value(),
        name,
        address,
        port,
        version.path("Version").asText(),
        version.path("ApiVersion").asText(),
        version.path("MinAPIVersion").asText(),
        info.path("NCPU").asInt(),
        info.path("MemTotal").asLong(),
        info.path("Driver").asText(),
        info.path("OperatingSystem").asText(),
        info.path("OSType").asText(),
        info.path("Architecture").asText(),
        info.path("KernelVersion").asText(),
        groups.orElseGet(() -> usualGroups(info.path("CgroupDriver").asText())),
        labels);
  }

  private static String usualGroups(String driver) {
    return switch (driver) {
      case "cgroupfs" -> "/berth";
      case "systemd" -> "berth.slice";
      default -> "";
    };
  }

  /** Where the engine keeps its data; empty while it does not answer. */
  public Optional<Path> dataRoot() {
    try {
      return Optional.of(get("/info").path("DockerRootDir").asText())
          .filter(text -> text.startsWith("/"))
          .map(Path::of);
    } catch (EngineDownException e) {
      return Optional.empty();
    }
  }

  private JsonNode get(String target) throws EngineDownException {
    EngineAnswer answer = engine.get(target, BOUND);
    if (answer.status() != 200) {
      throw new EngineDownException("%s answers %d".formatted(target, answer.status()));
    }
    return answer.json();
  }
}

package dev.berth.agent.feed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.agent.engine.EngineAnswer;
import dev.berth.agent.engine.EngineClient;
import dev.berth.agent.engine.EngineDownException;
import dev.berth.agent.engine.EngineSilentException;
import dev.berth.common.wire.FeedMessage.ContainerState;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.UnaryOperator;

/**
 * Reads containers, images, volumes and networks from the engine as the feed shows them. Safe for
 * any thread; no more than a few reads are under way at a time.
 */
final class ContainerReader {
  private static final Duration LIST_BOUND = Duration.ofSeconds(30);
  private static final int MAX_READS = 8;
  private static final int ATTEMPTS = 3;

  /**
   * One container as it was read.
   *
   * @param whole false when the engine listed it and kept silent on its details, as it does while
   *     it is busy with that container: worth another try
   */
  record Reading(ContainerState state, boolean whole) {}

  private final EngineClient engine;
  private final Duration inspectBound;
  private final UnaryOperator<List<JsonNode>> shown;
  private final Semaphore reads = new Semaphore(MAX_READS);

  /**
   * For one engine.
   *
   * @param shown what is shown of the engine's images
   */
  ContainerReader(EngineClient engine, Duration inspectBound, UnaryOperator<List<JsonNode>> shown) {
    this.engine = engine;
    this.shown = shown;
    this.inspectBound = inspectBound;
  }

  /** The entries of all containers in the engine's list. */
  List<JsonNode> list() throws EngineDownException {
    return array("/containers/json?all=1");
  }

  List<JsonNode> images() throws EngineDownException {
    return shown.apply(array("/images/json?all=1"));
  }

  List<JsonNode> volumes() throws EngineDownException {
    List<JsonNode> volumes = new ArrayList<>();
    answer("/volumes").path("Volumes").forEach(volumes::add);
    return volumes;
  }

  List<JsonNode> networks() throws EngineDownException {
    return array("/networks");
  }

  /** A container as it is now; empty when the engine no longer has it. */
  Optional<Reading> read(String id) throws EngineDownException {
    reads.acquireUninterruptibly();
    try {
      String filter = URLEncoder.encode("{\"id\":[\"" + id + "\"]}", StandardCharsets.UTF_8);
      for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
        // The details wait for what the engine does to the container; its entry does not: first
        // the one that is late, so that both are of one moment.
        Details details = details(id);
        if (details instanceof Details.Gone) {
          return Optional.empty();
        }
        List<JsonNode> entries = array("/containers/json?all=1&filters=" + filter);
        if (!entries.isEmpty()) {
          return Optional.of(reading(entries.getFirst(), details));
        }
      }
      return Optional.empty();
    } finally {
      reads.release();
    }
  }

  /** A container that was listed, with its details; empty when it is gone meanwhile. */
  Optional<Reading> complete(JsonNode summary) throws EngineDownException {
    reads.acquireUninterruptibly();
    try {
      Details details = details(summary.path("Id").asText());
      return details instanceof Details.Gone
          ? Optional.empty()
          : Optional.of(reading(summary, details));
    } finally {
      reads.release();
    }
  }

  private sealed interface Details {
    record Known(JsonNode inspect) implements Details {}

    record Silent() implements Details {}

    /** The engine has it and cannot tell, as of one that it could remove only in part. */
    record Untold() implements Details {}

    record Gone() implements Details {}
  }

  private Details details(String id) throws EngineDownException {
    EngineAnswer answer;
    try {
      answer = engine.get("/containers/" + id + "/json", inspectBound);
    } catch (EngineSilentException e) {
      return new Details.Silent();
    }
    return switch (answer.status()) {
      case 200 -> new Details.Known(answer.json());
      case 404 -> new Details.Gone();
      default -> new Details.Untold();
    };
  }

  private static Reading reading(JsonNode summary, Details details) {
    return details instanceof Details.Known(JsonNode inspect)
        ? new Reading(new ContainerState(summary, trim(inspect)), true)
        : new Reading(
            new ContainerState(summary, outline(summary)), !(details instanceof Details.Silent));
  }

  private static JsonNode trim(JsonNode inspect) {
    ObjectNode detail = JsonNodeFactory.instance.objectNode();
    for (String field : List.of("Name", "Created", "RestartCount", "State")) {
      if (inspect.has(field)) {
        detail.set(field, inspect.get(field));
      }
    }
    ObjectNode config = detail.putObject("Config");
    JsonNode ports = inspect.path("Config").path("ExposedPorts");
    if (ports.isObject()) {
      config.set("ExposedPorts", ports);
    }
    JsonNode bindings = inspect.path("HostConfig").path("PortBindings");
    if (bindings.isObject()) {
      detail.putObject("HostConfig").set("PortBindings", bindings);
    }
    ObjectNode networks = detail.putObject("NetworkSettings").putObject("Networks");
    for (Map.Entry<String, JsonNode> network :
        inspect.path("NetworkSettings").path("Networks").properties()) {
      networks.putObject(network.getKey()).set("Aliases", network.getValue().path("Aliases"));
    }
    return detail;
  }

  /** What a list entry alone tells of the details. */
  private static JsonNode outline(JsonNode summary) {
    ObjectNode detail = JsonNodeFactory.instance.objectNode();
    detail.put("Name", summary.path("Names").path(0).asText());
    detail.put("Created", Instant.ofEpochSecond(summary.path("Created").asLong()).toString());
    detail.put("RestartCount", 0);
    String status = summary.path("State").asText();
    detail
        .putObject("State")
        .put("Status", status)
        .put("Running", status.equals("running") || status.equals("paused"))
        .put("Paused", status.equals("paused"))
        .put("Restarting", status.equals("restarting"))
        .put("Dead", status.equals("dead"));
    detail.putObject("Config");
    return detail;
  }

  private List<JsonNode> array(String target) throws EngineDownException {
    List<JsonNode> entries = new ArrayList<>();
    answer(target).forEach(entries::add);
    return entries;
  }

  private JsonNode answer(String target) throws EngineDownException {
    EngineAnswer answer = engine.get(target, LIST_BOUND);
    if (answer.status() != 200) {
      throw new EngineDownException(
          "the engine answers %d to GET %s".formatted(answer.status(), target));
    }
    return answer.json();
  }
}

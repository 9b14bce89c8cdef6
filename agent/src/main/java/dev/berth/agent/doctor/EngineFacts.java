package dev.berth.agent.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.agent.engine.EngineClient;
import dev.berth.agent.engine.EngineDownException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What an engine says of itself.
 *
 * @param info its answer to {@code GET /info}
 * @param version its answer to {@code GET /version}
 */
record EngineFacts(JsonNode info, JsonNode version) {
  private static final Duration BOUND = Duration.ofSeconds(10);

  /** Asks the engine; empty when it does not answer. */
  static Optional<EngineFacts> ask(Path socket) {
    try (EngineClient engine = new EngineClient(socket)) {
      return Optional.of(
          new EngineFacts(engine.get("/info", BOUND).json(), engine.get("/version", BOUND).json()));
    } catch (EngineDownException e) {
      return Optional.empty();
    }
  }
}

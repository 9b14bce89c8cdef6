package dev.berth.agent.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;

/** The engine's whole answer to one of the agent's own questions. */
public final class EngineAnswer {
  private static final ObjectReader JSON = new JsonMapper().readerFor(JsonNode.class);

  private final int status;
  private final byte[] body;

  EngineAnswer(int status, byte[] body) {
    this.status = status;
    this.body = body;
  }

  public int status() {
    return status;
  }

  /** The body as JSON. */
  public JsonNode json() throws EngineDownException {
    try {
      return JSON.readValue(body);
    } catch (IOException e) {
      throw new EngineDownException("the engine's answer is no JSON: " + e.getMessage(), e);
    }
  }
}

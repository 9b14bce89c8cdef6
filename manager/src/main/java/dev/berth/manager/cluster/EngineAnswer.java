package dev.berth.manager.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A whole answer of an engine to a small call. */
public final class EngineAnswer {
  private static final JsonMapper MAPPER = new JsonMapper();

  private final int status;
  private final byte[] body;

  EngineAnswer(int status, byte[] body) {
    this.status = status;
    this.body = body;
  }

  public int status() {
    return status;
  }

  /** The bytes as they came; not to be changed. */
  public byte[] body() {
    return body;
  }

  public boolean isOk() {
    return status / 100 == 2;
  }

  /** The body as JSON; a null node when there is none. */
  public JsonNode json() throws IOException {
    return body.length == 0 ? NullNode.getInstance() : MAPPER.readTree(body);
  }

  /** The engine's error sentence, or the body as it is when it is no such thing. */
  public String message() {
    try {
      JsonNode message = json().path("message");
      if (message.isTextual()) {
        return message.textValue();
      }
    } catch (IOException e) {
      // Not JSON: shown as it is.
    }
    return new String(body, StandardCharsets.UTF_8).strip();
  }
}

package dev.berth.agent.engine;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.common.http.Exchange;
import dev.berth.common.http.Headers;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.wire.AgentApi;
import java.io.IOException;

/** An answer that is the agent's own: why it did not do what a manager asked. */
public enum Refusal {
  BAD_REQUEST(400, "Bad Request", "bad-request"),
  NOT_A_MANAGER(403, "Forbidden", "bad-request"),
  NO_SUCH_PATH(404, "Not Found", "bad-request"),
  STALE_EPOCH(412, "Precondition Failed", "stale-epoch"),
  ENGINE_BROKE_OFF(502, "Bad Gateway", "engine-down"),
  ENGINE_DOWN(503, "Service Unavailable", "engine-down"),
  STILL_UNDER_WAY(504, "Gateway Timeout", "older-calls");

  private static final JsonMapper JSON = new JsonMapper();

  private final int status;
  private final String reason;
  private final String code;

  Refusal(int status, String reason, String code) {
    this.status = status;
    this.reason = reason;
    this.code = code;
  }

  /** Answers with this refusal and the sentence that says why. */
  public void answer(Exchange exchange, String message) throws IOException {
    exchange.respond(
        new ResponseHead(
            status,
            reason,
            Headers.of("Content-Type", "application/json", AgentApi.REFUSED_HEADER, code)),
        JSON.writeValueAsBytes(JSON.createObjectNode().put("message", message)));
  }
}

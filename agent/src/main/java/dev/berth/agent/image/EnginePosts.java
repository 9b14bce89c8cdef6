package dev.berth.agent.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpCall;
import dev.berth.common.http.RequestHead;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.http.UnixConnection;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Calls to the engine about images, each on a connection of its own. Safe for any thread. */
final class EnginePosts {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int MAX_ANSWER_BYTES = 4 * 1024 * 1024;

  private final Path socket;

  EnginePosts(Path socket) {
    this.socket = socket;
  }

  /** An engine that answered otherwise than hoped. */
  static final class EngineRefusedException extends IOException {
    private final int status;

    EngineRefusedException(int status, String message) {
      super(message);
      this.status = status;
    }

    int status() {
      return status;
    }
  }

  HttpCall open() throws IOException {
    return new HttpCall(UnixConnection.open(socket));
  }

  /** Makes a call without a body, and returns the JSON of its answer. */
  JsonNode call(String method, String target) throws IOException {
    try (HttpCall call = open()) {
      call.send(
          new RequestHead(method, target, Headers.of("Host", "docker", "Content-Length", "0")));
      return answer(call, call.receive());
    }
  }

  static JsonNode answer(HttpCall call, ResponseHead head) throws IOException {
    byte[] body = call.responseBody().readNBytes(MAX_ANSWER_BYTES);
    if (head.status() / 100 != 2) {
      throw new EngineRefusedException(head.status(), message(body));
    }
    return body.length == 0 ? JSON.nullNode() : JSON.readTree(body);
  }

  private static String message(byte[] body) {
    try {
      return JSON.readTree(body).path("message").asText();
    } catch (IOException e) {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  boolean has(String image) throws IOException {
    try {
      call("GET", "/images/" + image + "/json");
      return true;
    } catch (EngineRefusedException e) {
      if (e.status() == 404) {
        return false;
      }
      throw e;
    }
  }

  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}

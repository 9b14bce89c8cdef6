package dev.berth.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpCall;
import dev.berth.common.http.RequestHead;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.http.TcpConnection;
import dev.berth.common.wire.AgentApi;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** What a manager does with an agent that serves plain TCP at an address. */
public record ManagerSide(InetSocketAddress agent) {
  private static final JsonMapper JSON = new JsonMapper();

  /** An agent's or engine's whole answer. */
  public record Answer(ResponseHead head, String bytes) {
    public int status() {
      return head.status();
    }

    /** The body's bytes, one character each. */
    @Override
    public String bytes() {
      return bytes;
    }

    public String text() {
      return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    public JsonNode json() throws IOException {
      return JSON.readTree(text());
    }
  }

  /** A connection of a manager. */
  public HttpCall dial() throws IOException {
    return new HttpCall(new TcpConnection(new Socket(agent.getAddress(), agent.getPort())));
  }

  /** Makes an engine call in epoch 1 on a connection of its own. */
  public Answer engine(String method, String target, String json) throws IOException {
    try (HttpCall call = dial()) {
      return engine(call, method, target, json);
    }
  }

  public static Answer engine(HttpCall call, String method, String target, String json)
      throws IOException {
    return ask(
        call,
        method,
        AgentApi.ENGINE + target,
        Headers.of("Content-Type", "application/json", AgentApi.EPOCH_HEADER, "1"),
        json);
  }

  /** Makes any call, and reads the whole answer. */
  public static Answer ask(HttpCall call, String method, String path, Headers headers, String body)
      throws IOException {
    Headers sent = headers.with("Host", "agent");
    if (body.isEmpty()) {
      call.send(new RequestHead(method, path, sent));
    } else {
      call.send(new RequestHead(method, path, sent), body.getBytes(StandardCharsets.UTF_8));
    }
    ResponseHead head = call.receive();
    return new Answer(
        head, new String(call.responseBody().readAllBytes(), StandardCharsets.ISO_8859_1));
  }

  /** Creates a busybox container with the command and these further fields; returns its id. */
  public String create(String name, String fields, String... command) throws IOException {
    Answer answer =
        engine(
            "POST",
            "/containers/create?name=" + name,
            "{\"Image\":\"busybox\",\"HostConfig\":{\"NetworkMode\":\"none\"},%s\"Cmd\":%s}"
                .formatted(fields, JSON.writeValueAsString(command)));
    if (answer.status() != 201) {
      throw new IOException(answer.text());
    }
    return answer.json().path("Id").asText();
  }

  public void start(String id) throws IOException {
    Answer answer = engine("POST", "/containers/" + id + "/start", "");
    if (answer.status() != 204) {
      throw new IOException(answer.text());
    }
  }

  public void remove(String id) throws IOException {
    engine("DELETE", "/containers/" + id + "?force=1", "");
  }
}

package dev.berth.integrationtests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.common.http.Connection;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpCall;
import dev.berth.common.http.RequestHead;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.http.TcpConnection;
import dev.berth.common.http.UnixConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Plain HTTP at an engine or at Berth, for what no client sends. */
final class Api {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** Opens connections to what is asked. */
  private interface Door {
    Connection open() throws IOException;
  }

  static final class Answer {
    private final int status;
    private final Headers headers;
    private final byte[] body;

    private Answer(int status, Headers headers, byte[] body) {
      this.status = status;
      this.headers = headers;
      this.body = body;
    }

    int status() {
      return status;
    }

    Headers headers() {
      return headers;
    }

    /**
     * The fields that may not differ between two answers of one kind: not the length, which follows
     * the name asked for, nor the time.
     */
    Headers telling() {
      return headers.without("Content-Length").without("Date");
    }

    byte[] body() {
      return body;
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (IOException e) {
        throw new UncheckedIOException(text(), e);
      }
    }

    String message() {
      return json().path("message").asText();
    }
  }

  private final Door door;
  private final Headers headers;
  private final boolean isPatient;

  private Api(Door door, Headers headers, boolean isPatient) {
    this.door = door;
    this.headers = headers;
    this.isPatient = isPatient;
  }

  static Api at(Path socket) {
    return new Api(() -> UnixConnection.open(socket), Headers.of("Host", "docker"), false);
  }

  /** As the user whose docker configuration is in that environment. */
  static Api as(Docker docker) {
    Map<String, String> env = docker.env();
    URI endpoint = URI.create(env.get("DOCKER_HOST"));
    Headers headers = Headers.of("Host", "docker");
    try {
      JsonNode config = JSON.readTree(Path.of(env.get("DOCKER_CONFIG"), "config.json").toFile());
      for (Map.Entry<String, JsonNode> header : config.path("HttpHeaders").properties()) {
        headers = headers.with(header.getKey(), header.getValue().textValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Api(
        () -> {
          TcpConnection connection =
              new TcpConnection(new Socket(endpoint.getHost(), endpoint.getPort()));
          connection.readTimeout(PATIENCE);
          return connection;
        },
        headers,
        false);
  }

  Api with(String name, String value) {
    return new Api(door, headers.with(name, value), isPatient);
  }

  Api without(String name) {
    return new Api(door, headers.without(name), isPatient);
  }

  /**
   * One that asks again, for a while, where the answer is 503: when what Berth has to ask is
   * another service, which a machine that stalls makes late.
   */
  Api patient() {
    return new Api(door, headers, true);
  }

  Connection open() {
    try {
      return door.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Headers headers() {
    return headers;
  }

  /** A header that it sends. */
  String header(String name) {
    return headers.first(name).orElseThrow();
  }

  Answer get(String target) {
    return send("GET", target, "");
  }

  Answer send(String method, String target, String body) {
    return with("Content-Type", "application/json")
        .send(method, target, body.getBytes(StandardCharsets.UTF_8));
  }

  /** The same with a body of any type. */
  Answer send(String method, String target, byte[] body) {
    Answer answer = sendOnce(method, target, body);
    return isPatient && answer.status() == 503
        ? Eventually.get(() -> sendOnce(method, target, body), again -> again.status() != 503)
        : answer;
  }

  private Answer sendOnce(String method, String target, byte[] body) {
    try (HttpCall call = new HttpCall(door.open())) {
      if (body.length == 0) {
        Headers plain = headers.without("Content-Type");
        Headers sent =
            method.equals("GET") || method.equals("HEAD")
                ? plain
                : plain.with("Content-Length", "0");
        call.send(new RequestHead(method, target, sent));
      } else {
        call.send(new RequestHead(method, target, headers), body);
      }
      ResponseHead head = call.receive();
      // After a change of protocol comes what is no body.
      byte[] answer = head.status() == 101 ? new byte[0] : call.responseBody().readAllBytes();
      return new Answer(head.status(), head.headers(), answer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

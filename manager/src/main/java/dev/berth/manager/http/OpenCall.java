package dev.berth.manager.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.common.http.Exchange;
import dev.berth.common.http.Headers;
import dev.berth.common.http.ResponseHead;
import dev.berth.manager.audit.Trace;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A request whose route is known, and the ways to answer it as an engine would. */
class OpenCall {
  static final JsonMapper JSON = new JsonMapper();
  private static final byte[] NOTHING = {};

  private final Exchange exchange;
  private final String requestId;
  private final ApiPath path;
  private final PathValues values;
  private final ApiVersion version;
  private final ApiVersion newest;
  private final Trace trace;

  OpenCall(
      Exchange exchange,
      String requestId,
      ApiPath path,
      PathValues values,
      ApiVersion version,
      ApiVersion newest,
      Trace trace) {
    this.exchange = exchange;
    this.requestId = requestId;
    this.path = path;
    this.values = values;
    this.version = version;
    this.newest = newest;
    this.trace = trace;
  }

  OpenCall(OpenCall other) {
    this(
        other.exchange,
        other.requestId,
        other.path,
        other.values,
        other.version,
        other.newest,
        other.trace);
  }

  Exchange exchange() {
    return exchange;
  }

  String requestId() {
    return requestId;
  }

  /** Told of this call for the audit log. */
  Trace trace() {
    return trace;
  }

  Query query() {
    return path.query();
  }

  /** What the route's template names. */
  String value(String name) {
    return values.get(name);
  }

  /** The same, if it does. */
  Optional<String> find(String name) {
    return values.find(name);
  }

  /** What the client called the object that this is about. */
  Optional<String> reference() {
    return values.find("name");
  }

  /** The version that the client speaks. */
  ApiVersion version() {
    return version;
  }

  /** The newest version that the whole fleet speaks. */
  ApiVersion newest() {
    return newest;
  }

  /** An engine's path for this call's version. */
  String enginePath(String path) {
    return "/v" + version + path;
  }

  ResponseHead head(int status, String contentType) {
    return new ResponseHead(status, Reason.of(status), headers().with("Content-Type", contentType));
  }

  /** The headers that an engine puts on every answer. */
  Headers headers() {
    return engineHeaders(newest);
  }

  static Headers engineHeaders(ApiVersion newest) {
    return Headers.of(
        "Api-Version", newest.toString(),
        "Docker-Experimental", "false",
        "Ostype", "linux",
        "Server", "Docker/Berth (linux)");
  }

  void json(int status, JsonNode body) throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(body);
    byte[] line = java.util.Arrays.copyOf(bytes, bytes.length + 1);
    line[bytes.length] = '\n';
    json(status, line);
  }

  /** Answers with JSON that is already text. */
  void json(int status, byte[] body) throws IOException {
    exchange.respond(head(status, "application/json"), body);
  }

  void text(int status, String body) throws IOException {
    exchange.respond(
        head(status, "text/plain; charset=utf-8"), body.getBytes(StandardCharsets.UTF_8));
  }

  void nothing(int status) throws IOException {
    exchange.respond(new ResponseHead(status, Reason.of(status), headers()), NOTHING);
  }

  void error(int status, String message) throws IOException {
    json(status, JSON.createObjectNode().put("message", message));
  }

  OutputStream stream(int status, String contentType) throws IOException {
    return exchange.stream(head(status, contentType));
  }
}

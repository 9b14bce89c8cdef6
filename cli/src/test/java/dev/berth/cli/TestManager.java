package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.common.http.Exchange;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpServer;
import dev.berth.common.http.ResponseHead;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/** Answers what a test says that a manager answers, over real HTTP, and keeps what it was asked. */
public final class TestManager implements AutoCloseable {

  /** One request as it came. */
  public record Asked(String method, String target, Headers headers, JsonNode body) {}

  private record Reply(int status, Headers headers, String body) {}

  private static final JsonMapper JSON = new JsonMapper();

  private final Map<String, Reply> replies = new ConcurrentHashMap<>();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private volatile Duration pause = Duration.ZERO;

  public TestManager() throws IOException {
    server =
        HttpServer.start(
            new ServerSocket(0, 50, InetAddress.getLoopbackAddress()),
            HttpServer.Limits.DEFAULT,
            this::answer);
  }

  public TestManager answers(String request, int status, String body, String... headers) {
    replies.put(request, new Reply(status, Headers.of(headers), body));
    return this;
  }

  /** Answers everything that late. */
  public TestManager late(Duration time) {
    pause = time;
    return this;
  }

  public String uri() {
    return "tcp://127.0.0.1:" + server.address().getPort();
  }

  public List<Asked> asked() {
    return List.copyOf(asked);
  }

  private void answer(Exchange exchange) throws IOException {
    byte[] body = exchange.body().readAllBytes();
    asked.add(
        new Asked(
            exchange.request().method(),
            exchange.request().target(),
            exchange.request().headers(),
            JSON.readTree(body)));
    LockSupport.parkNanos(pause.toNanos());
    Reply reply =
        replies.getOrDefault(
            exchange.request().method() + " " + exchange.request().target(),
            new Reply(404, Headers.NONE, "{\"message\":\"page not found\"}"));
    exchange.respond(
        new ResponseHead(reply.status(), "As told", reply.headers()),
        reply.body().getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}

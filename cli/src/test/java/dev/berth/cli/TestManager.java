package dev.berth.cli;

import static org.awaitility.Awaitility.await;

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
import java.util.concurrent.Callable;
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
  private volatile Runnable pause = () -> {};

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
    pause = () -> LockSupport.parkNanos(time.toNanos());
    return this;
  }

  /** Answers nothing until that is so; gives up after half a minute. */
  public TestManager heldUntil(Callable<Boolean> condition) {
    pause = () -> await().atMost(Duration.ofSeconds(30)).until(condition);
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
    pause.run();
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

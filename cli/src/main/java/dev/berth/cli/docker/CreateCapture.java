package dev.berth.cli.docker;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.berth.cli.CommandFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/**
 * Finds out what the docker CLI makes of a command line: it is run against a door that keeps the
 * create call and refuses it.
 */
public final class CreateCapture {
  private static final int SECONDS = 30;
  private static final int MAX_BODY_BYTES = 1 << 20;
  private static final byte[] REFUSAL = "{\"message\":\"kept\"}".getBytes(StandardCharsets.UTF_8);

  private CreateCapture() {}

  /**
   * A create call.
   *
   * @param body JSON
   * @param name of the container; empty when it has none
   * @param platform that is asked for; empty for any
   */
  public record Captured(String body, String name, String platform) {}

  /**
   * The create call that {@code docker run} sends for these words.
   *
   * @throws CommandFailure with what the docker CLI says, when it sends none
   */
  public static Captured of(List<String> words) {
    AtomicReference<Captured> kept = new AtomicReference<>();
    try {
      HttpServer door =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      door.createContext("/", exchange -> answer(exchange, kept));
      door.start();
      try {
        String said = run(door.getAddress().getPort(), words);
        return Optional.ofNullable(kept.get())
            .orElseThrow(
                () ->
                    new CommandFailure(
                        "the docker CLI asked for no container: "
                            + said.lines().findFirst().orElse("it said nothing")));
      } finally {
        door.stop(0);
      }
    } catch (IOException e) {
      throw new CommandFailure("cannot run docker: " + e.getMessage(), e);
    }
  }

  private static void answer(HttpExchange exchange, AtomicReference<Captured> kept)
      throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      exchange.getResponseHeaders().add("Api-Version", "1.41");
      exchange.getResponseHeaders().add("Ostype", "linux");
      if (path.endsWith("/_ping")) {
        exchange.sendResponseHeaders(200, -1);
        return;
      }
      if (path.endsWith("/containers/create")) {
        String query = exchange.getRequestURI().getRawQuery();
        kept.set(
            new Captured(
                new String(
                    exchange.getRequestBody().readNBytes(MAX_BODY_BYTES), StandardCharsets.UTF_8),
                parameter(query, "name"),
                parameter(query, "platform")));
      }
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(400, REFUSAL.length);
      exchange.getResponseBody().write(REFUSAL);
    }
  }

  private static String parameter(String query, String name) {
    return Stream.of(query == null ? new String[0] : query.split("&"))
        .filter(pair -> pair.startsWith(name + "="))
        .map(pair -> URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8))
        .findFirst()
        .orElse("");
  }

  private static String run(int port, List<String> words) throws IOException {
    List<String> command = new ArrayList<>(List.of("docker", "run"));
    command.addAll(words);
    ProcessBuilder docker = new ProcessBuilder(command).redirectErrorStream(true);
    docker.environment().putAll(Map.of("DOCKER_HOST", "tcp://127.0.0.1:" + port));
    docker.environment().keySet().removeAll(List.of("DOCKER_CONTEXT", "DOCKER_TLS_VERIFY"));
    Process process = docker.start();
    try {
      process.getOutputStream().close();
      String said =
          new String(process.getInputStream().readNBytes(MAX_BODY_BYTES), StandardCharsets.UTF_8);
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("it does not end");
      }
      return said;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }
}

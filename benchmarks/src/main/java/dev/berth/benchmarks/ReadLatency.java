package dev.berth.benchmarks;

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
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * What Berth adds to reading: {@code GET /containers/json} and {@code GET /containers/{id}/json}
 * through Berth, and the same of the engine that has the container, request about request on one
 * kept connection each.
 *
 * <p>Arguments: the endpoint as {@code tcp://HOST:PORT}, the docker configuration directory with
 * the tenant's headers, the engine's socket. The tenant has a container on that engine.
 */
public final class ReadLatency {
  private static final int WARM_UP = 2_000;
  private static final int MEASURED = 5_000;
  private static final JsonMapper JSON = new JsonMapper();

  private ReadLatency() {}

  /** One side: a connection, and the headers that it wants. */
  private record Side(HttpCall call, Headers headers) {
    byte[] get(String target) throws IOException {
      call.send(new RequestHead("GET", target, headers));
      ResponseHead head = call.receive();
      byte[] body = call.responseBody().readAllBytes();
      if (head.status() != 200) {
        throw new IOException(target + " answers " + head.status());
      }
      return body;
    }
  }

  /** Runs it and prints a table. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 3) {
      System.err.println("usage: ReadLatency tcp://HOST:PORT DOCKER_CONFIG ENGINE_SOCKET");
      System.exit(2);
    }
    URI endpoint = URI.create(arguments[0]);
    Headers headers = Headers.of("Host", "docker");
    JsonNode config = JSON.readTree(Path.of(arguments[1], "config.json").toFile());
    for (Map.Entry<String, JsonNode> header : config.path("HttpHeaders").properties()) {
      headers = headers.with(header.getKey(), header.getValue().textValue());
    }
    Socket socket = new Socket(endpoint.getHost(), endpoint.getPort());
    TcpConnection.tune(socket);
    Side berth = side(new TcpConnection(socket), headers);
    Side engine = side(UnixConnection.open(Path.of(arguments[2])), Headers.of("Host", "docker"));
    String id = JSON.readTree(engine.get("/containers/json")).path(0).path("Id").asText();
    System.out.printf("%-32s %12s %12s %8s%n", "microseconds", "engine", "Berth", "ratio");
    compare("GET /containers/json", "/containers/json", engine, berth);
    compare("GET /containers/{id}/json", "/containers/" + id + "/json", engine, berth);
  }

  private static Side side(Connection connection, Headers headers) {
    return new Side(new HttpCall(connection), headers);
  }

  private static void compare(String name, String target, Side engine, Side berth)
      throws IOException {
    long[] engineNanos = new long[MEASURED];
    long[] berthNanos = new long[MEASURED];
    for (int i = -WARM_UP; i < MEASURED; i++) {
      long begin = System.nanoTime();
      engine.get(target);
      long middle = System.nanoTime();
      berth.get(target);
      long end = System.nanoTime();
      if (i >= 0) {
        engineNanos[i] = middle - begin;
        berthNanos[i] = end - middle;
      }
    }
    print(name + " p50", at(engineNanos, 50), at(berthNanos, 50));
    print(name + " p99", at(engineNanos, 99), at(berthNanos, 99));
  }

  private static long at(long[] nanos, int percent) {
    Arrays.sort(nanos);
    return nanos[nanos.length * percent / 100];
  }

  private static void print(String name, long engine, long berth) {
    System.out.printf(
        "%-32s %12.1f %12.1f %8.2f%n", name, engine / 1e3, berth / 1e3, (double) berth / engine);
  }
}

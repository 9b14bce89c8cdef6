package dev.berth.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpCall;
import dev.berth.common.http.RequestHead;
import dev.berth.common.http.TcpConnection;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/**
 * What one tenant's hammering does to another's {@code GET /containers/json}: the quiet tenant asks
 * {@value #QUIET_RATE} times a second on one connection, alone, then while the noisy one asks on
 * some connections as fast as it is answered, then alone again.
 *
 * <p>Arguments: the endpoint as {@code tcp://HOST:PORT}, the quiet tenant's docker configuration
 * directory, the noisy one's, and how many connections that has ({@value #NOISY} without). Ends
 * with 1 when the noise moves the quiet one's p99 twofold.
 */
public final class NoisyNeighbour {
  private static final int NOISY = 8;
  private static final int QUIET_RATE = 100;
  private static final Duration WARM_UP = Duration.ofSeconds(10);
  private static final Duration ALONE = Duration.ofSeconds(20);
  private static final Duration TOGETHER = Duration.ofSeconds(40);
  private static final double MOST = 2;
  private static final String TARGET = "/containers/json";
  private static final JsonMapper JSON = new JsonMapper();

  private final URI endpoint;
  private final int connections;
  private final AtomicLong served = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private volatile boolean noise;

  private NoisyNeighbour(URI endpoint, int connections) {
    this.endpoint = endpoint;
    this.connections = connections;
  }

  /** Runs it and prints a table. */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length < 3 || arguments.length > 4) {
      System.err.println(
          "usage: NoisyNeighbour tcp://HOST:PORT QUIET_CONFIG NOISY_CONFIG [CONNECTIONS]");
      System.exit(2);
    }
    double ratio =
        new NoisyNeighbour(
                URI.create(arguments[0]),
                arguments.length == 4 ? Integer.parseInt(arguments[3]) : NOISY)
            .run(headers(arguments[1]), headers(arguments[2]));
    System.exit(ratio < MOST ? 0 : 1);
  }

  private static Headers headers(String configuration) throws IOException {
    Headers headers = Headers.of("Host", "docker");
    JsonNode config = JSON.readTree(Path.of(configuration, "config.json").toFile());
    for (Map.Entry<String, JsonNode> header : config.path("HttpHeaders").properties()) {
      headers = headers.with(header.getKey(), header.getValue().textValue());
    }
    return headers;
  }

  private double run(Headers quiet, Headers noisy) throws Exception {
    try (HttpCall call = open()) {
      var _ = measure(call, quiet, WARM_UP);
      long[] before = measure(call, quiet, ALONE);
      List<Thread> threads = new ArrayList<>();
      noise = true;
      for (int i = 0; i < connections; i++) {
        threads.add(Thread.ofVirtual().start(() -> hammer(noisy)));
      }
      long[] together = measure(call, quiet, TOGETHER);
      noise = false;
      for (Thread thread : threads) {
        thread.join();
      }
      long[] after = measure(call, quiet, ALONE);
      return print(
          LongStream.concat(Arrays.stream(before), Arrays.stream(after)).toArray(), together);
    }
  }

  private HttpCall open() throws IOException {
    Socket socket = new Socket(endpoint.getHost(), endpoint.getPort());
    TcpConnection.tune(socket);
    return new HttpCall(new TcpConnection(socket));
  }

  private static int get(HttpCall call, Headers headers) throws IOException {
    call.send(new RequestHead("GET", TARGET, headers));
    int status = call.receive().status();
    var _ = call.responseBody().readAllBytes();
    return status;
  }

  /** Asks at a steady pace; a late answer does not hide those that it delays. */
  private static long[] measure(HttpCall call, Headers headers, Duration time) throws IOException {
    int count = Math.toIntExact(time.toSeconds() * QUIET_RATE);
    long[] nanos = new long[count];
    long step = Duration.ofSeconds(1).toNanos() / QUIET_RATE;
    long begin = System.nanoTime();
    for (int i = 0; i < count; i++) {
      long due = begin + i * step;
      long early;
      while ((early = due - System.nanoTime()) > 0) {
        LockSupport.parkNanos(early);
      }
      long sent = System.nanoTime();
      int status = get(call, headers);
      if (status != 200) {
        throw new IOException("the quiet tenant was answered " + status);
      }
      // From when it was due, if the answer before was what held it up.
      nanos[i] = System.nanoTime() - (sent - due > step ? due : sent);
    }
    return nanos;
  }

  private void hammer(Headers headers) {
    try (HttpCall call = open()) {
      while (noise) {
        (get(call, headers) == 200 ? served : refused).incrementAndGet();
      }
    } catch (IOException e) {
      System.err.println("the noisy tenant's connection ended: " + e.getMessage());
    }
  }

  private double print(long[] alone, long[] together) {
    System.out.printf("%-28s %12s %12s %8s%n", "microseconds", "alone", "with noise", "ratio");
    double p50 = print("quiet GET " + TARGET + " p50", at(alone, 50), at(together, 50));
    double p99 = print("quiet GET " + TARGET + " p99", at(alone, 99), at(together, 99));
    System.out.printf(
        "the noisy tenant, %d connections: %.0f requests a second served, %.0f refused%n",
        connections,
        (double) served.get() / TOGETHER.toSeconds(),
        (double) refused.get() / TOGETHER.toSeconds());
    System.out.printf("ratio of p50 %.2f, of p99 %.2f%n", p50, p99);
    return p99;
  }

  private static long at(long[] nanos, int percent) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length * percent / 100];
  }

  private static double print(String name, long alone, long together) {
    double ratio = (double) together / alone;
    System.out.printf("%-28s %12.1f %12.1f %8.2f%n", name, alone / 1e3, together / 1e3, ratio);
    return ratio;
  }
}

package dev.berth.manager.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.common.http.Exchange;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpCall;
import dev.berth.common.http.HttpServer;
import dev.berth.common.http.RequestHead;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.http.TcpConnection;
import dev.berth.common.id.TenantId;
import dev.berth.manager.tenant.Caller;
import dev.berth.manager.tenant.IdentitySource;
import dev.berth.manager.tenant.Role;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceTest {
  private static final Caller ANN =
      new Caller("ann", new TenantId("acme"), Role.MEMBER, IdentitySource.OWN);
  private static final AuditConfig USUAL = new AuditConfig(true, 1 << 20, 2, false);

  @TempDir private Path data;

  /** How a request is served. */
  private interface Served {
    void by(Exchange exchange, Trace trace) throws IOException;
  }

  /** One request after the other, and the statuses of the answers. */
  private List<Integer> send(
      int count, AuditConfig config, String method, String target, Served served)
      throws IOException {
    List<Integer> statuses = new ArrayList<>();
    try (AuditTrail trail = AuditTrail.open(data, config, Clock.systemUTC());
        HttpServer server =
            HttpServer.start(
                new ServerSocket(0, 50, InetAddress.getLoopbackAddress()),
                HttpServer.Limits.DEFAULT,
                exchange -> {
                  Trace trace = trail.begin(exchange, "r1");
                  boolean isWhole = false;
                  try {
                    served.by(exchange, trace);
                    isWhole = true;
                  } catch (AuditStoppedException e) {
                    answer(exchange, 503, "{}");
                  } finally {
                    trace.ended(isWhole);
                  }
                });
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort());
        HttpCall call = new HttpCall(new TcpConnection(socket))) {
      for (int i = 0; i < count; i++) {
        call.send(
            new RequestHead(
                method,
                target,
                Headers.of(
                    "Host", "x",
                    "X-Auth-Token", "s3cr3t",
                    "X-Registry-Auth", "s3cr3t",
                    "Content-Length", "0")));
        statuses.add(call.receive().status());
        var _ = call.responseBody().readAllBytes();
      }
      return statuses;
    }
  }

  private void send(AuditConfig config, String method, String target, Served served)
      throws IOException {
    var _ = send(1, config, method, target, served);
  }

  private static void answer(Exchange exchange, int status, String body) throws IOException {
    exchange.respond(
        new ResponseHead(status, "x", Headers.NONE), body.getBytes(StandardCharsets.UTF_8));
  }

  private List<JsonNode> lines() throws IOException {
    Path file = data.resolve("audit/audit.jsonl");
    if (!Files.exists(file)) {
      return List.of();
    }
    assertThat(Files.readString(file)).doesNotContain("s3cr3t");
    JsonMapper json = new JsonMapper();
    return Files.readAllLines(file).stream()
        .map(
            line -> {
              try {
                return json.readTree(line);
              } catch (IOException e) {
                throw new AssertionError(line, e);
              }
            })
        .toList();
  }

  @Test
  void a_change_has_one_line_that_says_who_what_and_where() throws IOException {
    send(
        USUAL,
        "POST",
        "/v1.41/containers/web/kill?signal=s3cr3t",
        (exchange, trace) -> {
          trace.object("web");
          trace.action("ContainerKill", true);
          trace.caller(ANN);
          trace.found("abc", "h1");
          answer(exchange, 204, "");
        });
    assertThat(lines()).hasSize(1);
    JsonNode line = lines().getFirst();
    assertThat(Instant.parse(line.path("time").asText())).isBefore(Instant.now());
    assertThat(line.toString())
        .contains(
            "\"request\":\"r1\",\"user\":\"ann\",\"tenant\":\"acme\",\"role\":\"member\",\"by\":\"token\",\"client\":\"127.0.0.1\",\"method\":\"POST\",\"path\":\"/v1.41/containers/web/kill\",\"action\":\"ContainerKill\",\"object\":\"web\",\"id\":\"abc\",\"host\":\"h1\",\"status\":204,\"outcome\":\"done\",\"millis\":");
  }

  @Test
  void a_look_has_a_line_only_when_it_is_refused() throws IOException {
    send(
        USUAL,
        "GET",
        "/info",
        (exchange, trace) -> {
          trace.action("SystemInfo", false);
          answer(exchange, 200, "{}");
        });
    assertThat(lines()).isEmpty();
    send(
        USUAL,
        "GET",
        "/info",
        (exchange, trace) -> {
          trace.action("SystemInfo", false);
          answer(exchange, 401, "{\"message\":\"who are you\"}");
        });
    assertThat(lines()).hasSize(1);
    assertThat(lines().getFirst().path("outcome").asText()).isEqualTo("refused");
    assertThat(lines().getFirst().path("reason").asText()).isEqualTo("who are you");
    assertThat(lines().getFirst().has("user")).isFalse();
  }

  @Test
  void what_a_client_chose_stays_on_its_line_and_has_an_end() throws IOException {
    String name = "a\n{\"outcome\":\"done\"}\r\u2028\"\\" + "x".repeat(10_000);
    send(
        USUAL,
        "POST",
        "/containers/create",
        (exchange, trace) -> {
          trace.object(name);
          trace.action("ContainerCreate", true);
          answer(exchange, 500, "{\"message\":\"" + "y".repeat(10_000) + "\"}");
        });
    assertThat(lines()).hasSize(1);
    assertThat(lines().getFirst().path("outcome").asText()).isEqualTo("failed");
    assertThat(lines().getFirst().path("object").asText())
        .hasSize(256)
        .startsWith("a\n{\"outcome\":\"done\"}\r\u2028\"\\x");
    assertThat(lines().getFirst().path("reason").asText()).hasSize(256);
  }

  @Test
  void no_character_of_two_units_is_cut_in_half() {
    assertThat(Trace.shortened("x".repeat(254) + "😀😀")).isEqualTo("x".repeat(254) + "…");
  }

  @Test
  void a_stream_has_a_line_when_it_begins_and_one_when_it_ends() throws IOException {
    send(
        USUAL,
        "POST",
        "/images/create",
        (exchange, trace) -> {
          trace.action("ImageCreate", true);
          try (OutputStream out = exchange.stream(new ResponseHead(200, "OK", Headers.NONE))) {
            out.write('x');
          }
          trace.failed("no such image");
        });
    assertThat(lines())
        .extracting(line -> line.path("outcome").asText())
        .containsExactly("started", "failed");
    assertThat(lines().getLast().path("reason").asText()).isEqualTo("no such image");
  }

  @Test
  void an_exception_of_the_handler_is_a_line_that_failed() throws IOException {
    send(
        USUAL,
        "POST",
        "/x",
        (_, trace) -> {
          trace.action("ContainerStop", true);
          throw new IllegalStateException("boom");
        });
    assertThat(lines()).extracting(line -> line.path("status").asInt()).containsExactly(500);
  }

  @Test
  void refusals_by_a_limit_are_one_line_in_a_while() throws IOException {
    List<Integer> statuses =
        send(
            5,
            USUAL,
            "GET",
            "/info",
            (exchange, trace) -> {
              trace.action("SystemInfo", false);
              answer(exchange, 429, "{}");
            });
    assertThat(statuses).hasSize(5).containsOnly(429);
    assertThat(lines()).hasSize(1);
  }

  @Test
  void a_line_after_others_that_were_left_out_counts_them() {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    Repeats repeats = new Repeats(now::get);
    assertThat(repeats.admit("a")).hasValue(0);
    assertThat(repeats.admit("a")).isEmpty();
    assertThat(repeats.admit("a")).isEmpty();
    assertThat(repeats.admit("b")).hasValue(0);
    now.set(Instant.EPOCH.plus(Repeats.EACH));
    assertThat(repeats.admit("a")).hasValue(2);
    assertThat(repeats.admit("a")).isEmpty();
  }

  @Test
  void without_a_file_changes_go_on_unless_the_log_is_required() throws IOException {
    Files.writeString(data.resolve("audit"), "in the way");
    Served change =
        (exchange, trace) -> {
          trace.action("ContainerStop", true);
          answer(exchange, 204, "");
        };
    assertThat(send(3, USUAL, "POST", "/x", change)).containsExactly(204, 204, 204);
    AuditConfig required = new AuditConfig(true, 1 << 20, 2, true);
    assertThat(send(3, required, "POST", "/x", change)).containsExactly(204, 503, 503);
  }

  @Test
  void a_log_that_can_be_written_again_lets_changes_through_again() throws IOException {
    Path inTheWay = Files.writeString(data.resolve("audit"), "in the way");
    AuditConfig required = new AuditConfig(true, 1 << 20, 2, true);
    AtomicInteger calls = new AtomicInteger();
    List<Integer> statuses =
        send(
            4,
            required,
            "POST",
            "/x",
            (exchange, trace) -> {
              if (calls.incrementAndGet() == 3) {
                Files.delete(inTheWay);
              }
              trace.action("ContainerStop", true);
              answer(exchange, 204, "");
            });
    assertThat(statuses).containsExactly(204, 503, 503, 204);
    assertThat(lines())
        .extracting(line -> line.path("outcome").asText())
        .containsExactly("refused", "done");
  }
}

package dev.berth.common.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HttpServerTest {
  private static final HttpServer.Limits LIMITS =
      new HttpServer.Limits(8, 0, Duration.ofSeconds(5), Duration.ofSeconds(5));

  private HttpServer server;

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private void serve(HttpServer.Handler handler) throws IOException {
    serve(LIMITS, handler);
  }

  private void serve(HttpServer.Limits limits, HttpServer.Handler handler) throws IOException {
    server =
        HttpServer.start(
            new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), limits, handler);
  }

  private Socket dial() throws IOException {
    Socket socket = new Socket(server.address().getAddress(), server.address().getPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private HttpCall call() throws IOException {
    return new HttpCall(new TcpConnection(dial()));
  }

  private static void ask(HttpCall call) throws IOException {
    call.send(new RequestHead("GET", "/", Headers.NONE));
    assertThat(call.receive().status()).isEqualTo(200);
    call.responseBody().readAllBytes();
  }

  private boolean isLetIn() {
    try (HttpCall call = call()) {
      ask(call);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static ResponseHead ok() {
    return new ResponseHead(200, "OK", Headers.NONE);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private String raw(String request) throws IOException {
    try (Socket socket = dial()) {
      socket.getOutputStream().write(bytes(request));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void a_connection_serves_one_request_after_another() throws IOException {
    serve(exchange -> exchange.respond(ok(), exchange.body().readAllBytes()));
    try (HttpCall call = call()) {
      for (String text : new String[] {"one", "two", "three"}) {
        call.send(new RequestHead("POST", "/", Headers.NONE), bytes(text));
        assertThat(call.receive().status()).isEqualTo(200);
        assertThat(call.responseBody().readAllBytes()).isEqualTo(bytes(text));
        assertThat(call.isReusable()).isTrue();
      }
    }
  }

  @Test
  void a_body_that_the_handler_left_does_not_become_the_next_request() throws IOException {
    serve(exchange -> exchange.respond(ok(), bytes(exchange.request().target())));
    try (HttpCall call = call()) {
      call.send(
          new RequestHead("POST", "/first", Headers.NONE), bytes("GET /smuggled HTTP/1.1\r\n\r\n"));
      call.receive();
      assertThat(call.responseBody().readAllBytes()).isEqualTo(bytes("/first"));
      call.send(new RequestHead("GET", "/second", Headers.NONE));
      call.receive();
      assertThat(call.responseBody().readAllBytes()).isEqualTo(bytes("/second"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 5, 5\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: +5\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 0x5\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET / HTTP/1.1\r\nX-Auth-Token : x\r\n\r\n",
        "GET / HTTP/1.1\r\nA: b\r\n folded: c\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "GET  / HTTP/1.1\r\n\r\n",
        "GET /\r\n\r\n",
        "G(T / HTTP/1.1\r\n\r\n",
      })
  void a_head_that_two_readers_could_take_differently_is_refused(String request)
      throws IOException {
    AtomicBoolean reached = new AtomicBoolean();
    serve(
        exchange -> {
          reached.set(true);
          exchange.respond(ok(), new byte[0]);
        });
    assertThat(raw(request)).startsWith("HTTP/1.1 400 ").contains("{\"message\":");
    assertThat(reached).isFalse();
  }

  @Test
  void a_head_without_end_is_refused() throws IOException {
    serve(exchange -> exchange.respond(ok(), new byte[0]));
    assertThat(raw("GET / HTTP/1.1\r\n" + "A: b\r\n".repeat(300) + "\r\n"))
        .startsWith("HTTP/1.1 431 ");
    assertThat(raw("GET /" + "a".repeat(70_000) + " HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 431 ");
  }

  @Test
  void a_client_that_waits_to_be_told_to_continue_is_told_when_its_body_is_read()
      throws IOException {
    serve(exchange -> exchange.respond(ok(), exchange.body().readAllBytes()));
    try (Socket socket = dial()) {
      socket
          .getOutputStream()
          .write(bytes("PUT / HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"));
      byte[] first = socket.getInputStream().readNBytes("HTTP/1.1 100 Continue\r\n\r\n".length());
      assertThat(first).isEqualTo(bytes("HTTP/1.1 100 Continue\r\n\r\n"));
      socket.getOutputStream().write(bytes("hi"));
      socket.shutdownOutput();
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 200 OK")
          .endsWith("hi");
    }
  }

  @Test
  void what_follows_the_end_of_a_hijacked_streams_input_comes_back_whole() throws IOException {
    byte[] late = new byte[3 * 1024 * 1024];
    serve(
        exchange -> {
          Connection client = exchange.hijack(new ResponseHead(101, "UPGRADED", Headers.NONE));
          byte[] input = client.in().readAllBytes();
          client.out().write(input);
          client.out().write(late);
          client.close();
        });
    try (HttpCall call = call()) {
      call.send(new RequestHead("POST", "/", Headers.of("Upgrade", "tcp")));
      assertThat(call.receive().status()).isEqualTo(101);
      Connection both = call.hijack();
      both.out().write(bytes("hello"));
      both.shutdownOutput();
      assertThat(both.in().readAllBytes()).hasSize(late.length + 5).startsWith(bytes("hello"));
    }
  }

  @Test
  void bytes_that_came_with_the_head_of_a_hijack_are_not_lost() throws IOException {
    serve(
        exchange -> {
          Connection client = exchange.hijack(new ResponseHead(101, "UPGRADED", Headers.NONE));
          client.out().write(client.in().readNBytes(5));
          client.close();
        });
    try (Socket socket = dial()) {
      socket.getOutputStream().write(bytes("POST / HTTP/1.1\r\nUpgrade: tcp\r\n\r\nearly"));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .endsWith("\r\n\r\nearly");
    }
  }

  @Test
  void work_for_a_client_that_goes_away_is_ended() throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    serve(
        exchange -> {
          exchange.watchClient(ended::countDown);
          exchange.stream(ok()).flush();
          begun.countDown();
          ended.await();
        });
    try (HttpCall call = call()) {
      call.send(new RequestHead("GET", "/", Headers.NONE));
      call.receive();
      assertThat(begun.await(5, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(ended.await(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void an_answer_that_fails_half_way_does_not_look_whole() throws IOException {
    serve(
        exchange -> {
          OutputStream out = exchange.stream(ok());
          out.write(bytes("half"));
          out.flush();
          throw new IOException("the rest is lost");
        });
    try (HttpCall call = call()) {
      call.send(new RequestHead("GET", "/", Headers.NONE));
      call.receive();
      InputStream body = call.responseBody();
      assertThat(body.readNBytes(4)).isEqualTo(bytes("half"));
      assertThatThrownBy(body::read).isInstanceOf(IOException.class);
    }
  }

  @Test
  void a_failure_before_the_answer_is_a_500_that_says_nothing_of_the_inside() throws IOException {
    serve(
        _ -> {
          throw new IllegalStateException("secret");
        });
    assertThat(raw("GET / HTTP/1.1\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 500 ")
        .doesNotContain("secret");
  }

  @Test
  void a_client_that_does_not_read_holds_its_writer_back() throws Exception {
    AtomicLong written = new AtomicLong();
    CountDownLatch ended = new CountDownLatch(1);
    serve(
        exchange -> {
          try {
            OutputStream out = exchange.stream(ok());
            byte[] block = new byte[64 * 1024];
            for (int i = 0; i < 16_384; i++) {
              out.write(block);
              written.addAndGet(block.length);
            }
          } finally {
            ended.countDown();
          }
        });
    try (HttpCall call = call()) {
      call.send(new RequestHead("GET", "/", Headers.NONE));
      call.receive();
      assertThat(ended.await(1, TimeUnit.SECONDS)).isFalse();
      assertThat(written.get()).isLessThan(64L * 1024 * 1024);
    }
    assertThat(ended.await(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void an_idle_connection_is_closed() throws IOException {
    serve(
        new HttpServer.Limits(8, 0, Duration.ofMillis(200), Duration.ofMillis(200)),
        exchange -> exchange.respond(ok(), new byte[0]));
    try (Socket socket = dial()) {
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void connections_over_the_limit_are_closed_and_those_within_it_work_on() throws IOException {
    serve(
        new HttpServer.Limits(1, 0, Duration.ofSeconds(5), Duration.ofSeconds(5)),
        exchange -> exchange.respond(ok(), bytes("still here")));
    try (HttpCall first = call()) {
      first.send(new RequestHead("GET", "/", Headers.NONE));
      first.receive();
      assertThat(first.responseBody().readAllBytes()).isEqualTo(bytes("still here"));
      try (Socket second = dial()) {
        assertThat(second.getInputStream().read()).isEqualTo(-1);
      }
      first.send(new RequestHead("GET", "/", Headers.NONE));
      assertThat(first.receive().status()).isEqualTo(200);
    }
  }

  @Test
  void an_address_has_no_more_connections_than_it_may_and_gets_new_ones_for_those_that_ended()
      throws Exception {
    serve(LIMITS.ofAddress(2), exchange -> exchange.respond(ok(), bytes("served")));
    try (HttpCall first = call()) {
      ask(first);
      try (HttpCall second = call();
          Socket third = dial()) {
        assertThat(third.getInputStream().read()).isEqualTo(-1);
        ask(second);
      }
      ask(first);
      await().until(this::isLetIn);
    }
  }

  @Test
  void a_head_request_has_no_body_and_keeps_its_connection() throws IOException {
    serve(exchange -> exchange.respond(ok(), bytes("not sent")));
    try (HttpCall call = call()) {
      call.send(new RequestHead("HEAD", "/", Headers.NONE));
      assertThat(call.receive().headers().first("Content-Length")).contains("8");
      assertThat(call.isReusable()).isTrue();
      call.send(new RequestHead("GET", "/", Headers.NONE));
      call.receive();
      assertThat(call.responseBody().readAllBytes()).isEqualTo(bytes("not sent"));
    }
  }

  @Test
  void a_listener_that_has_no_more_files_rests_between_tries_and_then_serves_on() throws Exception {
    AtomicLong failures = new AtomicLong();
    long began = System.nanoTime();
    ServerSocket exhausted =
        new ServerSocket(0, 50, InetAddress.getLoopbackAddress()) {
          @Override
          public Socket accept() throws IOException {
            if (failures.incrementAndGet() <= 4) {
              throw new IOException("Too many open files");
            }
            return super.accept();
          }
        };
    server = HttpServer.start(exhausted, LIMITS, exchange -> exchange.respond(ok(), bytes("")));

    try (HttpCall call = call()) {
      ask(call);
    }

    // Four rests of 100 ms: a loop without them burns a core, and fills the disk with its log.
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(390));
  }
}

package dev.berth.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import dev.berth.agent.Dockerd;
import dev.berth.agent.ManagerSide;
import dev.berth.agent.ManagerSide.Answer;
import dev.berth.agent.SharedEngine;
import dev.berth.common.http.Connection;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpCall;
import dev.berth.common.http.HttpServer;
import dev.berth.common.http.RequestHead;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.wire.AgentApi;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedEngine.class)
@Timeout(120)
class EngineProxyTest {
  private static final String RAW = "application/vnd.docker.raw-stream";
  private static final Headers UPGRADE =
      Headers.of("Host", "agent", "Connection", "Upgrade", "Upgrade", "tcp");

  private Dockerd engine;
  private HttpServer server;
  private ManagerSide manager;

  @BeforeEach
  void serve(Dockerd shared) throws IOException {
    engine = shared;
    server = serve(shared.socket());
    manager = new ManagerSide(server.address());
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private static HttpServer serve(Path socket) throws IOException {
    EngineProxy proxy = new EngineProxy(socket, new EpochGate(), _ -> {});
    return HttpServer.start(
        new ServerSocket(0, 50, InetAddress.getLoopbackAddress()),
        HttpServer.Limits.DEFAULT,
        proxy::handle);
  }

  @Test
  void a_container_is_created_run_and_its_logs_are_read() throws Exception {
    String id = manager.create("logs", "", "sh", "-c", "echo out; echo err >&2");
    manager.start(id);
    Answer waited = manager.engine("POST", "/containers/" + id + "/wait", "");
    assertThat(waited.json().path("StatusCode").asInt()).isZero();

    Answer logs = manager.engine("GET", "/containers/" + id + "/logs?stdout=1&stderr=1", "");

    assertThat(logs.text()).contains("out\n").contains("err\n");
    manager.remove(id);
  }

  @Test
  void a_connection_serves_one_ordinary_call_after_another() throws Exception {
    try (HttpCall call = manager.dial()) {
      for (int i = 0; i < 3; i++) {
        assertThat(ManagerSide.engine(call, "GET", "/_ping", "").text()).isEqualTo("OK");
        assertThat(call.isReusable()).isTrue();
        assertThat(ManagerSide.engine(call, "GET", "/containers/nobody/json", "").status())
            .isEqualTo(404);
        assertThat(ManagerSide.engine(call, "POST", "/containers/nobody/start", "").status())
            .isEqualTo(404);
        assertThat(ManagerSide.engine(call, "HEAD", "/_ping", "").status()).isEqualTo(200);
      }
    }
  }

  @Test
  void the_end_of_input_reaches_an_attached_container_and_its_output_comes_back() throws Exception {
    String id = manager.create("cat", "\"OpenStdin\":true,\"StdinOnce\":true,", "cat");
    try (HttpCall call = attach(id, UPGRADE)) {
      ResponseHead head = call.receive();
      assertThat(head.status()).isEqualTo(101);
      assertThat(head.headers().first("Upgrade")).hasValue("tcp");
      manager.start(id);
      Connection stream = call.hijack();
      stream.out().write("hello\n".getBytes(StandardCharsets.UTF_8));
      stream.shutdownOutput();

      assertThat(demultiplex(stream)).isEqualTo("hello\n");
    }
    manager.remove(id);
  }

  @Test
  void a_client_that_asks_for_no_upgrade_gets_a_raw_stream() throws Exception {
    String id = manager.create("raw", "\"OpenStdin\":true,\"StdinOnce\":true,", "cat");
    try (HttpCall call = attach(id, Headers.of("Host", "agent"))) {
      ResponseHead head = call.receive();
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.headers().first("Content-Type")).hasValue(RAW);
      manager.start(id);
      Connection stream = call.hijack();
      stream.out().write("hello\n".getBytes(StandardCharsets.UTF_8));
      stream.shutdownOutput();

      assertThat(demultiplex(stream)).isEqualTo("hello\n");
    }
    manager.remove(id);
  }

  private HttpCall attach(String id, Headers headers) throws IOException {
    HttpCall call = manager.dial();
    call.send(
        new RequestHead(
            "POST",
            "/engine/containers/" + id + "/attach?stream=1&stdin=1&stdout=1&stderr=1",
            headers.with(AgentApi.EPOCH_HEADER, "1")));
    return call;
  }

  @Test
  void a_hundred_megabytes_through_an_exec_come_back_byte_for_byte() throws Exception {
    int blocks = 1600;
    String id = manager.create("exec", "", "sleep", "1000");
    manager.start(id);
    String exec =
        manager
            .engine(
                "POST",
                "/containers/" + id + "/exec",
                "{\"AttachStdin\":true,\"AttachStdout\":true,\"Cmd\":[\"cat\"]}")
            .json()
            .path("Id")
            .asText();
    long begun = System.nanoTime();
    try (HttpCall call = manager.dial()) {
      call.send(
          new RequestHead(
              "POST",
              "/engine/exec/" + exec + "/start",
              UPGRADE.with("Content-Type", "application/json").with(AgentApi.EPOCH_HEADER, "1")),
          "{\"Detach\":false,\"Tty\":false}".getBytes(StandardCharsets.UTF_8));
      assertThat(call.receive().status()).isEqualTo(101);
      Connection stream = call.hijack();
      MessageDigest sent = MessageDigest.getInstance("SHA-256");
      Thread writer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      Random random = new Random(7);
                      byte[] block = new byte[64 * 1024];
                      for (int i = 0; i < blocks; i++) {
                        random.nextBytes(block);
                        sent.update(block);
                        stream.out().write(block);
                      }
                      stream.shutdownOutput();
                    } catch (IOException e) {
                      throw new IllegalStateException(e);
                    }
                  });
      MessageDigest got = MessageDigest.getInstance("SHA-256");
      long bytes = demultiplex(stream, got);
      writer.join();

      assertThat(bytes).isEqualTo(blocks * 64L * 1024);
      assertThat(got.digest()).isEqualTo(sent.digest());
    }
    System.out.printf("100 MB there and back in %d ms%n", (System.nanoTime() - begun) / 1_000_000);
    manager.remove(id);
  }

  @Test
  void a_chunked_body_reaches_the_engine_whole() throws Exception {
    String id = manager.create("archive", "", "cat");
    byte[] content = new byte[3_000_000];
    new Random(3).nextBytes(content);
    byte[] tar = tar("data", content);
    try (HttpCall call = manager.dial()) {
      Headers headers =
          Headers.of("Host", "agent", "Transfer-Encoding", "chunked", AgentApi.EPOCH_HEADER, "1");
      call.send(new RequestHead("PUT", "/engine/containers/" + id + "/archive?path=/", headers));
      try (OutputStream out = call.requestBody(headers)) {
        out.write(tar);
      }
      assertThat(call.receive().status()).isEqualTo(200);
    }

    Answer back = manager.engine("GET", "/containers/" + id + "/archive?path=/data", "");

    assertThat(back.bytes()).contains(new String(content, StandardCharsets.ISO_8859_1));
    manager.remove(id);
  }

  /** One file as a tar archive holds it (POSIX.1-1988). */
  private static byte[] tar(String name, byte[] content) {
    byte[] head = new byte[512];
    put(head, 0, name);
    put(head, 100, "0000644");
    put(head, 108, "0000000");
    put(head, 116, "0000000");
    put(head, 124, "%011o".formatted(content.length));
    put(head, 136, "00000000000");
    put(head, 148, "        0");
    put(head, 257, "ustar");
    put(head, 263, "00");
    int sum = 0;
    for (byte b : head) {
      sum += b;
    }
    put(head, 148, "%06o\0 ".formatted(sum));
    byte[] tar = new byte[512 + (content.length + 511) / 512 * 512 + 1024];
    System.arraycopy(head, 0, tar, 0, 512);
    System.arraycopy(content, 0, tar, 512, content.length);
    return tar;
  }

  private static void put(byte[] head, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, head, at, bytes.length);
  }

  @Test
  void a_manager_that_goes_while_it_follows_silent_logs_frees_the_engine() throws Exception {
    String id = manager.create("follow", "", "sleep", "1000");
    manager.start(id);
    await().until(() -> engine.connections() == 0);
    HttpCall call = manager.dial();
    call.send(
        new RequestHead(
            "GET",
            "/engine/containers/" + id + "/logs?stdout=1&follow=1",
            Headers.of("Host", "agent")));
    assertThat(call.receive().status()).isEqualTo(200);
    assertThat(engine.connections()).isEqualTo(1);

    call.close();

    await().until(() -> engine.connections() == 0);
    manager.remove(id);
  }

  @Test
  void a_manager_that_goes_while_it_waits_for_a_container_frees_the_engine() throws Exception {
    String id = manager.create("wait", "", "sleep", "1000");
    manager.start(id);
    await().until(() -> engine.connections() == 0);
    HttpCall call = manager.dial();
    call.send(
        new RequestHead(
            "POST",
            "/engine/containers/" + id + "/wait",
            Headers.of("Host", "agent", AgentApi.EPOCH_HEADER, "1", "Content-Length", "0")));
    await().until(() -> engine.connections() == 1);

    call.close();

    await().until(() -> engine.connections() == 0);
    manager.remove(id);
  }

  @Test
  void a_call_of_a_former_leader_is_refused_and_does_nothing() throws Exception {
    try (HttpCall call = manager.dial()) {
      Headers newer = Headers.of("Content-Type", "application/json", AgentApi.EPOCH_HEADER, "5");
      ManagerSide.ask(call, "POST", "/engine/containers/nobody/start", newer, "");

      Answer refused =
          ManagerSide.ask(
              call,
              "POST",
              "/engine/containers/create?name=stale",
              newer.with(AgentApi.EPOCH_HEADER, "4"),
              "{\"Image\":\"busybox\"}");

      assertThat(refused.status()).isEqualTo(412);
      assertThat(refused.head().headers().first(AgentApi.REFUSED_HEADER)).hasValue("stale-epoch");
      assertThat(refused.json().path("message").asText()).contains("epoch 4");
      assertThat(ManagerSide.engine(call, "GET", "/containers/stale/json", "").status())
          .isEqualTo(404);
    }
  }

  @Test
  void a_mutating_call_without_an_epoch_is_refused() throws Exception {
    try (HttpCall call = manager.dial()) {
      Answer refused =
          ManagerSide.ask(
              call,
              "POST",
              "/engine/containers/create?name=epochless",
              Headers.of("Content-Type", "application/json"),
              "{\"Image\":\"busybox\"}");

      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.head().headers().first(AgentApi.REFUSED_HEADER)).hasValue("bad-request");
      assertThat(ManagerSide.engine(call, "GET", "/containers/epochless/json", "").status())
          .isEqualTo(404);
    }
  }

  @Test
  void an_engine_that_is_not_there_is_said_to_be_down() throws Exception {
    try (HttpServer alone = serve(Path.of("/tmp/berth-agent-no-such-socket"));
        HttpCall call = new ManagerSide(alone.address()).dial()) {
      Answer refused = ManagerSide.engine(call, "GET", "/_ping", "");

      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.head().headers().first(AgentApi.REFUSED_HEADER)).hasValue("engine-down");
      assertThat(call.isReusable()).isTrue();
    }
  }

  @Test
  void an_engine_that_ends_a_call_without_an_answer_is_said_to_be_down() throws Exception {
    try (ScriptedSocket script = new ScriptedSocket("");
        HttpServer alone = serve(script.path())) {
      Answer refused = new ManagerSide(alone.address()).engine("GET", "/_ping", "");

      assertThat(refused.status()).isEqualTo(502);
      assertThat(refused.head().headers().first(AgentApi.REFUSED_HEADER)).hasValue("engine-down");
    }
  }

  @Test
  void an_answer_that_the_engine_cuts_off_does_not_look_whole() throws Exception {
    String cut = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
    try (ScriptedSocket script = new ScriptedSocket(cut);
        HttpServer alone = serve(script.path());
        HttpCall call = new ManagerSide(alone.address()).dial()) {
      assertThatIOException().isThrownBy(() -> ManagerSide.engine(call, "GET", "/info", ""));
    }
  }

  @Test
  void a_body_that_the_manager_cuts_off_does_not_look_whole() throws Exception {
    try (ScriptedSocket script = new ScriptedSocket("");
        HttpServer alone = serve(script.path())) {
      Headers headers =
          Headers.of("Host", "agent", "Transfer-Encoding", "chunked", AgentApi.EPOCH_HEADER, "1");
      HttpCall call = new ManagerSide(alone.address()).dial();
      call.send(new RequestHead("POST", "/engine/build", headers));
      OutputStream out = call.requestBody(headers);
      out.write("half".getBytes(StandardCharsets.US_ASCII));
      out.flush();
      await().until(() -> script.received().contains("half"));

      call.close();

      await().until(script::ended);
      assertThat(script.received()).endsWith("half\r\n");
    }
  }

  @Test
  void what_managers_and_agents_say_to_each_other_reaches_no_engine() throws Exception {
    String answer =
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nBerth-Refused: forged\r\n"
            + "X-Own: kept\r\nConnection: X-Hop\r\nX-Hop: dropped\r\n\r\nOK";
    try (ScriptedSocket script = new ScriptedSocket(answer);
        HttpServer alone = serve(script.path());
        HttpCall call = new ManagerSide(alone.address()).dial()) {
      Answer got =
          ManagerSide.ask(
              call,
              "GET",
              "/engine/info?a=b%20c",
              Headers.of("berth-request", "7", AgentApi.EPOCH_HEADER, "1", "X-Registry-Auth", "x"),
              "");

      assertThat(script.received())
          .isEqualTo("GET /info?a=b%20c HTTP/1.1\r\nX-Registry-Auth: x\r\nHost: docker\r\n\r\n");
      assertThat(got.head().headers().without("Date"))
          .isEqualTo(Headers.of("Content-Length", "2", "X-Own", "kept"));
    }
  }

  private static String demultiplex(Connection stream) throws Exception {
    java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
    frames(stream, all::writeBytes);
    return all.toString(StandardCharsets.UTF_8);
  }

  private static long demultiplex(Connection stream, MessageDigest digest) throws Exception {
    long[] total = {0};
    frames(
        stream,
        bytes -> {
          total[0] += bytes.length;
          digest.update(bytes);
        });
    return total[0];
  }

  /** Frames of stdout and stderr (Engine API v1.41, ContainerAttach): type, 3 zeros, length. */
  private static void frames(Connection stream, java.util.function.Consumer<byte[]> to)
      throws IOException {
    DataInputStream in = new DataInputStream(stream.in());
    while (true) {
      try {
        in.readInt();
      } catch (EOFException e) {
        return;
      }
      to.accept(in.readNBytes(in.readInt()));
    }
  }
}

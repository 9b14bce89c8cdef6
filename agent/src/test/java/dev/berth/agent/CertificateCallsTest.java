package dev.berth.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpCall;
import dev.berth.common.http.HttpServer;
import dev.berth.common.http.RequestHead;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.http.TcpConnection;
import dev.berth.common.tls.Authority;
import dev.berth.common.tls.Credentials;
import dev.berth.common.tls.OwnCredentials;
import dev.berth.common.tls.Peer;
import dev.berth.common.tls.PeerRole;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CertificateCallsTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Peer SELF = new Peer(PeerRole.AGENT, "h1");

  @TempDir private Path directory;
  private Authority authority;
  private OwnCredentials own;
  private HttpServer server;
  private Instant ends;

  @BeforeEach
  void start() throws Exception {
    authority = Authority.open(directory.resolve("ca"), "test cluster");
    Credentials first = authority.issueHere(SELF, List.of(), Duration.ofHours(1));
    own = OwnCredentials.of(directory.resolve("own"), first);
    ends = own.ends();
    CertificateCalls calls = new CertificateCalls(own);
    server =
        HttpServer.start(
            new ServerSocket(0, 50, InetAddress.getLoopbackAddress()),
            HttpServer.Limits.DEFAULT,
            exchange -> {
              switch (exchange.request().method()) {
                case "GET" -> calls.show(exchange);
                case "POST" -> calls.ask(exchange);
                default -> calls.take(exchange);
              }
            });
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private record Answer(int status, JsonNode json) {}

  private Answer call(String method, String body) throws IOException {
    try (HttpCall call =
        new HttpCall(
            new TcpConnection(
                new Socket(server.address().getAddress(), server.address().getPort())))) {
      call.send(
          new RequestHead(method, "/certificate", Headers.of("Host", "agent")),
          body.getBytes(StandardCharsets.UTF_8));
      ResponseHead head = call.receive();
      byte[] answer = call.responseBody().readAllBytes();
      return new Answer(
          head.status(),
          JSON.readTree(answer.length == 0 ? "{}".getBytes(StandardCharsets.UTF_8) : answer));
    }
  }

  private Answer put(Authority by, Peer subject, Duration validity) throws Exception {
    String csr = call("POST", "").json().path("csr").asText();
    return put(by.issue(csr, subject, List.of(), validity), by);
  }

  private Answer put(String chain, Authority by) throws Exception {
    return call(
        "PUT",
        JSON.createObjectNode()
            .put("certificate", chain)
            .put("ca", by.certificatePem())
            .toString());
  }

  private void requireUnchanged(Answer answer) {
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("message").asText()).contains("is not taken");
    assertThat(own.ends()).isEqualTo(ends);
  }

  @Test
  void a_new_certificate_for_its_new_key_is_shown_from_then_on_and_kept() throws Exception {
    assertThat(call("GET", "").json().path("ends").asText()).isEqualTo(ends.toString());
    assertThat(put(authority, SELF, Duration.ofDays(2)).status()).isEqualTo(204);
    assertThat(own.ends()).isAfter(ends);
    assertThat(call("GET", "").json().path("ends").asText()).isEqualTo(own.ends().toString());
    Credentials kept = Credentials.load(directory.resolve("own")).orElseThrow();
    assertThat(kept.chain()).isEqualTo(own.now().chain());
    assertThat(kept.isOfOneKey()).isTrue();
  }

  @Test
  void a_death_in_the_middle_of_keeping_it_leaves_the_pair_that_was_there() throws Exception {
    own.now().save(directory.resolve("own"));
    Credentials fresh = authority.issueHere(SELF, List.of(), Duration.ofDays(2));
    fresh.saveForDocker(directory.resolve("own"));
    Credentials kept = Credentials.load(directory.resolve("own")).orElseThrow();
    assertThat(kept.chain()).isEqualTo(own.now().chain());
    assertThat(kept.isOfOneKey()).isTrue();
  }

  @Test
  void a_certificate_of_another_host_is_not_taken() throws Exception {
    requireUnchanged(put(authority, new Peer(PeerRole.AGENT, "h2"), Duration.ofDays(2)));
  }

  @Test
  void a_certificate_of_another_authority_is_not_taken() throws Exception {
    Authority other = Authority.open(directory.resolve("other"), "other cluster");
    requireUnchanged(put(other, SELF, Duration.ofDays(2)));
  }

  @Test
  void a_certificate_for_another_key_is_not_taken() throws Exception {
    call("POST", "");
    String chain =
        authority.issue(Credentials.request().csr(), SELF, List.of(), Duration.ofDays(2));
    requireUnchanged(put(chain, authority));
  }

  @Test
  void a_certificate_that_nobody_asked_for_is_not_taken() throws Exception {
    String chain =
        authority.issue(Credentials.request().csr(), SELF, List.of(), Duration.ofDays(2));
    requireUnchanged(put(chain, authority));
    requireUnchanged(call("PUT", "no json"));
    call("POST", "");
    requireUnchanged(put("", authority));
    requireUnchanged(call("PUT", "{}"));
  }
}

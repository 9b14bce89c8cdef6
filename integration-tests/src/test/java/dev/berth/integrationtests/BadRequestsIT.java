package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpCall;
import dev.berth.common.http.RequestHead;
import dev.berth.common.http.ResponseHead;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a request is said with a 4xx in the engine's form, and nothing is left. */
final class BadRequestsIT {
  private Docker docker;
  private Api api;

  @BeforeEach
  void tenant() {
    docker = Fleet.shared().tenant("bad-requests-it");
    api = Api.as(docker);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "[]",
        "\"text\"",
        "{\"Image\":\"busybox\"} trailing",
        "{\"Image\":\"busybox\",\"Image\":\"other\"}",
        "{\"Image\":\"busybox\",\"image\":\"other\"}",
        "{\"Image\":\"busybox\",\"HostConfig\":{\"privileged\":true}}",
        "{\"Image\":\"busybox\",\"HostConfig\":{\"NotYetInvented\":1}}",
        "{\"Image\":\"busybox\",\"HostConfig\":{\"Memory\":\"64m\"}}",
      })
  void a_create_body_that_is_not_right_is_refused(String body) {
    Api.Answer answer = api.send("POST", "/containers/create?name=bad", body);
    assertThat(answer.status()).describedAs(answer.text()).isBetween(400, 403);
    assertThat(answer.message()).isNotBlank();
    assertThat(docker.ok("ps", "-aq")).isEmpty();
  }

  @Test
  void deep_json_is_refused() {
    String body = "{\"Image\":".repeat(5_000) + "1" + "}".repeat(5_000);
    assertThat(api.send("POST", "/containers/create", body).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_create_body_of_a_hundred_megabytes_is_refused_and_memory_stays_flat(boolean chunked)
      throws IOException {
    long before = Fleet.shared().managerMemory();
    try (HttpCall call = new HttpCall(api.open())) {
      Headers headers =
          api.headers()
              .with("Content-Type", "application/json")
              .with(
                  chunked ? "Transfer-Encoding" : "Content-Length",
                  chunked ? "chunked" : "104857600");
      call.send(new RequestHead("POST", "/containers/create", headers));
      byte[] block = " ".repeat(1024 * 1024).getBytes(StandardCharsets.UTF_8);
      try (OutputStream out = call.requestBody(headers)) {
        for (int i = 0; i < 100; i++) {
          out.write(block);
        }
      } catch (IOException e) {
        // It is refused before all of it was sent.
      }
      ResponseHead head = call.receive();
      assertThat(head.status()).isEqualTo(413);
    }
    assertThat(Fleet.shared().managerMemory() - before).isLessThan(40L * 1024 * 1024);
  }

  @Test
  void unknown_versions_are_told_in_the_engines_words() {
    Api.Answer tooNew = api.get("/v1.99/containers/json");
    assertThat(tooNew.status()).isEqualTo(400);
    assertThat(tooNew.message())
        .isEqualTo("client version 1.99 is too new. Maximum supported API version is 1.41");
    Api.Answer tooOld = api.get("/v1.10/containers/json");
    assertThat(tooOld.status()).isEqualTo(400);
    assertThat(tooOld.message()).startsWith("client version 1.10 is too old.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/nothing",
        "/v1.41/nothing",
        "/containers",
        "/containers/json/x",
        "/v1.41",
        "/",
        "/berth"
      })
  void unknown_paths_are_not_found(String path) {
    Api.Answer answer = api.get(path);
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.message()).isEqualTo("page not found");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/containers/a%2Fb/json",
        "/containers/a%00b/json",
        "/containers/%zz/json",
        "/containers/json?limit=1&limit=2"
      })
  void doubtful_targets_are_refused(String target) {
    assertThat(api.get(target).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/containers/json?filters=%7B",
        "/containers/json?filters=%7B%22nonsense%22%3A%5B%22x%22%5D%7D",
        "/containers/json?limit=x",
        "/events?since=yesterday-ish&until=1"
      })
  void bad_parameters_are_refused_where_an_engine_fails(String target) {
    Api.Answer answer = api.get(target);
    assertThat(answer.status()).describedAs(answer.text()).isEqualTo(400);
    assertThat(answer.message()).isNotBlank();
    int engine = Api.at(Fleet.shared().hosts().getFirst().engineSocket()).get(target).status();
    assertThat(engine).isIn(400, 500);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-x", "a", "a b", "ä", "a/b", ".a"})
  void names_that_no_engine_takes_are_refused(String name) {
    String target =
        "/containers/create?name=" + java.net.URLEncoder.encode(name, StandardCharsets.UTF_8);
    Api.Answer answer = api.send("POST", target, "{\"Image\":\"busybox\"}");
    Api.Answer engine =
        Api.at(Fleet.shared().hosts().getFirst().engineSocket())
            .send("POST", target, "{\"Image\":\"busybox\"}");
    assertThat(answer.status()).isEqualTo(engine.status());
    assertThat(answer.message()).isEqualTo(engine.message());
  }

  @Test
  void start_with_a_body_is_refused() {
    docker.ok("create", "--name", "box", "busybox", "true");
    Api.Answer answer = api.send("POST", "/containers/box/start", "{\"Privileged\":true}");
    assertThat(answer.status()).isEqualTo(400);
    docker.remove("box");
  }
}

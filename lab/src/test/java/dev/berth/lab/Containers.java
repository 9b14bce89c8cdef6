package dev.berth.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.List;

/** Containers on one engine, over its API. */
record Containers(EngineClient engine) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(30);

  static Containers on(LabHost host) {
    return new Containers(new EngineClient(host.engineSocket()));
  }

  String start(String name, String image, List<String> command) throws IOException {
    // With a terminal the log is plain text.
    String body =
        JSON.writeValueAsString(
            JSON.createObjectNode()
                .put("Image", image)
                .put("Tty", true)
                .set("Cmd", JSON.valueToTree(command)));
    EngineClient.Answer created = engine.postJson("/containers/create?name=" + name, body, LIMIT);
    assertThat(created.status()).as(created.body()).isEqualTo(201);
    String id = JSON.readTree(created.body()).get("Id").asText();
    EngineClient.Answer started = engine.postJson("/containers/" + id + "/start", "", LIMIT);
    assertThat(started.status()).as(started.body()).isEqualTo(204);
    return id;
  }

  String run(String name, String image, String... command) throws IOException {
    String id = start(name, image, List.of(command));
    engine.postJson("/containers/" + id + "/wait", "", LIMIT);
    return engine
        .request("GET", "/containers/" + id + "/logs?stdout=1&stderr=1", LIMIT)
        .body()
        .strip();
  }

  JsonNode inspect(String name) throws IOException {
    EngineClient.Answer answer = engine.request("GET", "/containers/" + name + "/json", LIMIT);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  String imageId(String reference) throws IOException {
    return JSON.readTree(
            engine
                .request("GET", "/images/" + URLEncoder.encode(reference, UTF_8) + "/json", LIMIT)
                .body())
        .path("Id")
        .asText();
  }

  JsonNode info() throws IOException {
    return JSON.readTree(engine.request("GET", "/info", LIMIT).body());
  }
}

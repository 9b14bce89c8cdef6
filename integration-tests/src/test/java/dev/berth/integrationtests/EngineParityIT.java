package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The same create at Berth and at an engine, and every field of what is told of it compared. What
 * may differ is listed here, each with why.
 */
final class EngineParityIT {
  /** Fields whose values are of this one container: they differ between any two. */
  private static final Set<String> OF_THIS_CONTAINER =
      Set.of(
          "Id",
          "Created",
          "StartedAt",
          "FinishedAt",
          "Pid",
          "LogPath",
          "HostnamePath",
          "HostsPath",
          "ResolvConfPath",
          "Hostname",
          "LowerDir",
          "MergedDir",
          "UpperDir",
          "WorkDir",
          "EndpointID",
          "NetworkID",
          "SandboxID",
          "SandboxKey",
          "MacAddress",
          "IPAddress",
          "IPPrefixLen",
          "Gateway",
          "HostPort",
          "PublicPort",
          "Status",
          "SystemTime",
          "ImageID",
          "Image");

  /**
   * Fields that differ by intent. HostIp and IP: a port is published on its host, so the host's
   * address stands where an engine says 0.0.0.0, once for both families. Node: the host of a
   * container, as classic Swarm told it; one engine has none.
   */
  private static final Set<String> BY_INTENT = Set.of("HostIp", "IP", "Node");

  private static final String BODY =
      """
      {"Image":"busybox","Cmd":["sleep","600"],"Env":["A=b"],"Labels":{"x":"y"},
       "ExposedPorts":{"80/tcp":{}},"WorkingDir":"/tmp","User":"1:2","StopSignal":"SIGINT",
       "Healthcheck":{"Test":["NONE"]},
       "HostConfig":{"Memory":33554432,"NanoCpus":250000000,"PortBindings":{"80/tcp":[{"HostPort":""}]},
         "RestartPolicy":{"Name":"on-failure","MaximumRetryCount":3},"CapDrop":["NET_RAW"],
         "Dns":["10.0.0.1"],"ExtraHosts":["a:1.2.3.4"],"ReadonlyRootfs":true,"Init":true,
         "Tmpfs":{"/run":"size=1m"},"Ulimits":[{"Name":"nofile","Soft":100,"Hard":200}],
         "PidsLimit":100,"ShmSize":1048576,"LogConfig":{"Type":"json-file","Config":{}}}}
      """;

  private Docker docker;
  private Docker raw;
  private Api berth;
  private Api engine;

  @BeforeEach
  void create() {
    docker = Fleet.shared().tenant("parity-it");
    raw = Fleet.shared().engine(0);
    berth = Api.as(docker);
    engine = Api.at(Fleet.shared().hosts().getFirst().engineSocket());
    for (Api api : List.of(berth, engine)) {
      assertThat(api.send("POST", "/v1.41/containers/create?name=same", BODY).status())
          .isEqualTo(201);
      assertThat(api.send("POST", "/v1.41/containers/same/start", "").status()).isEqualTo(204);
    }
  }

  @AfterEach
  void remove() {
    docker.remove("same");
    raw.remove("same");
  }

  @Test
  void inspect_is_the_engines_field_by_field() {
    assertThat(
            differences(
                berth.get("/v1.41/containers/same/json").json(),
                engine.get("/v1.41/containers/same/json").json()))
        .isEmpty();
  }

  @Test
  void a_list_entry_is_the_engines_field_by_field() {
    JsonNode ours = berth.get("/v1.41/containers/json?all=1").json();
    JsonNode theirs =
        engine.get("/v1.41/containers/json?all=1&filters={%22name%22:[%22^/same$%22]}").json();
    assertThat(ours).hasSize(1);
    assertThat(theirs).hasSize(1);
    assertThat(differences(ours, theirs)).isEmpty();
  }

  @Test
  void answers_to_each_call_have_the_engines_status_type_and_words() {
    String[] calls = {
      "GET /v1.41/containers/missing/json",
      "POST /v1.41/containers/missing/start",
      "POST /v1.41/containers/same/start",
      "POST /v1.41/containers/same/pause",
      "POST /v1.41/containers/same/pause",
      "POST /v1.41/containers/same/unpause",
      "POST /v1.41/containers/same/unpause",
      "POST /v1.41/containers/same/kill?signal=NONSENSE",
      "POST /v1.41/containers/same/rename?name=",
      "POST /v1.41/containers/same/rename?name=-",
      "GET /v1.41/containers/same/top",
      "GET /v1.41/containers/same/changes",
      "GET /v1.41/containers/same/logs",
      "GET /v1.41/containers/same/archive?path=/nothing",
      "HEAD /v1.41/containers/same/archive?path=/bin",
      "DELETE /v1.41/containers/same",
      "POST /v1.41/containers/same/stop?t=0",
      "POST /v1.41/containers/same/stop",
      "POST /v1.41/containers/same/kill",
      "POST /v1.41/containers/same/pause",
      "GET /v1.41/exec/" + "0".repeat(64) + "/json",
      "HEAD /_ping",
      "GET /_ping",
      "GET /v1.41/nothing",
      "DELETE /v1.41/containers/missing",
      "DELETE /v1.41/containers/same",
      "DELETE /v1.41/containers/same",
    };
    List<String> different = new ArrayList<>();
    String ourId = berth.get("/containers/same/json").json().path("Id").asText();
    String theirId = engine.get("/containers/same/json").json().path("Id").asText();
    for (String call : calls) {
      String[] parts = call.split(" ");
      Api.Answer ours = berth.send(parts[0], parts[1], "");
      Api.Answer theirs = engine.send(parts[0], parts[1], "");
      String ourMessage = ours.status() >= 400 && ours.body().length > 0 ? ours.message() : "";
      String theirMessage =
          theirs.status() >= 400 && theirs.body().length > 0
              ? theirs.message().replace(theirId, ourId)
              : "";
      String ourType = ours.headers().first("Content-Type").orElse("");
      String theirType = theirs.headers().first("Content-Type").orElse("");
      if (ours.status() != theirs.status()
          || !ourMessage.equals(theirMessage)
          || !ourType.equals(theirType)) {
        different.add(
            "%s: %d %s %s / %d %s %s"
                .formatted(
                    call,
                    ours.status(),
                    ourType,
                    ourMessage,
                    theirs.status(),
                    theirType,
                    theirMessage));
      }
    }
    assertThat(different).isEmpty();
  }

  private static List<String> differences(JsonNode ours, JsonNode theirs) {
    List<String> found = new ArrayList<>();
    compare("", ours, theirs, found);
    return found;
  }

  private static void compare(String path, JsonNode ours, JsonNode theirs, List<String> found) {
    String field = path.substring(path.lastIndexOf('.') + 1);
    if (OF_THIS_CONTAINER.contains(field)) {
      if (ours.getNodeType() != theirs.getNodeType()) {
        found.add("%s: %s / %s".formatted(path, ours, theirs));
      }
      return;
    }
    if (BY_INTENT.contains(field)) {
      return;
    }
    switch (ours) {
      case ObjectNode object when theirs instanceof ObjectNode other -> {
        Set<String> names = new TreeSet<>(new TreeMap<>(fields(object)).keySet());
        names.addAll(fields(other).keySet());
        for (String name : names) {
          compare(path + "." + name, object.path(name), other.path(name), found);
        }
      }
      case ArrayNode array when theirs instanceof ArrayNode other && isPorts(path) ->
          compare(path + "[0]", array.path(0), other.path(0), found);
      case ArrayNode array when theirs instanceof ArrayNode other -> {
        for (int i = 0; i < Math.max(array.size(), other.size()); i++) {
          compare(path + "[" + i + "]", array.path(i), other.path(i), found);
        }
      }
      default -> {
        if (!ours.equals(theirs)) {
          found.add("%s: %s / %s".formatted(path, ours, theirs));
        }
      }
    }
  }

  /** An engine lists a port once for each address family. */
  private static boolean isPorts(String path) {
    return path.contains(".Ports");
  }

  private static java.util.Map<String, JsonNode> fields(ObjectNode object) {
    java.util.Map<String, JsonNode> fields = new TreeMap<>();
    object.properties().forEach(entry -> fields.put(entry.getKey(), entry.getValue()));
    return fields;
  }
}

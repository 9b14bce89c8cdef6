package dev.berth.benchmarks.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.http.Exchange;
import dev.berth.common.http.Headers;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.wire.FeedMessage.ContainerState;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An engine that keeps containers and networks in memory, in the words of Engine API 1.41, and runs
 * nothing. It knows the calls that a manager makes to create, start, stop, inspect and remove.
 */
final class SimulatedEngine {
  static final String IMAGE = "busybox:latest";
  private static final String IMAGE_ID = "sha256:" + "5".repeat(64);
  private static final JsonMapper JSON = new JsonMapper();
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Pattern VERSION = Pattern.compile("^/v[0-9.]+(?=/)");
  private static final Pattern CONTAINER = Pattern.compile("/containers/([^/]+)(?:/([a-z]+))?");
  private static final Pattern NETWORK = Pattern.compile("/networks/([^/]+)");

  /** A container by what it was made of. */
  private record Made(
      String id, String name, ObjectNode asked, Instant created, Optional<Instant> started) {}

  private final Map<String, Made> containers = new ConcurrentHashMap<>();
  private final SimulatedFeed feed = new SimulatedFeed(List.of(image()));

  SimulatedFeed feed() {
    return feed;
  }

  private static JsonNode image() {
    ObjectNode image = JSON.createObjectNode();
    image.put("Id", IMAGE_ID).put("ParentId", "").put("Created", 1_700_000_000);
    image.putArray("RepoTags").add(IMAGE);
    image.putNull("RepoDigests");
    image.put("Size", 4_000_000).put("SharedSize", -1).put("VirtualSize", 4_000_000);
    image.putNull("Labels");
    return image.put("Containers", -1);
  }

  void handle(Exchange exchange, String target) throws IOException {
    int question = target.indexOf('?');
    String path =
        VERSION.matcher(question < 0 ? target : target.substring(0, question)).replaceFirst("");
    String query = question < 0 ? "" : target.substring(question + 1);
    String method = exchange.request().method();
    byte[] body = exchange.body().readAllBytes();
    if (method.equals("POST") && path.equals("/containers/create")) {
      create(exchange, nameOf(query), (ObjectNode) JSON.readTree(body));
      return;
    }
    if (method.equals("POST") && path.equals("/networks/create")) {
      createNetwork(exchange, (ObjectNode) JSON.readTree(body));
      return;
    }
    if (method.equals("GET") && path.equals("/networks")) {
      ArrayNode all = JSON.createArrayNode();
      feed.networks().forEach(all::add);
      answer(exchange, 200, all);
      return;
    }
    Matcher network = NETWORK.matcher(path);
    if (method.equals("GET") && network.matches()) {
      oneNetwork(exchange, network.group(1));
      return;
    }
    Matcher container = CONTAINER.matcher(path);
    Made made = container.matches() ? containers.get(container.group(1)) : null;
    if (made == null) {
      answer(exchange, 404, message("No such container or path: " + method + " " + path));
      return;
    }
    switch (method + " " + Optional.ofNullable(container.group(2)).orElse("")) {
      case "POST start" -> start(exchange, made);
      case "DELETE " -> remove(exchange, made);
      case "GET json" -> answer(exchange, 200, detail(made));
      default -> answer(exchange, 404, message("page not found"));
    }
  }

  private static String nameOf(String query) {
    for (String pair : query.split("&")) {
      if (pair.startsWith("name=")) {
        return pair.substring("name=".length());
      }
    }
    return "";
  }

  private static String newId() {
    byte[] bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private void create(Exchange exchange, String name, ObjectNode asked) throws IOException {
    Made made = new Made(newId(), name, asked, Instant.now(), Optional.empty());
    containers.put(made.id(), made);
    feed.container(made.id(), state(made));
    feed.event(event(made, "create"));
    ObjectNode answer = JSON.createObjectNode().put("Id", made.id());
    answer.putArray("Warnings");
    answer(exchange, 201, answer);
  }

  private void start(Exchange exchange, Made before) throws IOException {
    Made made =
        new Made(
            before.id(),
            before.name(),
            before.asked(),
            before.created(),
            Optional.of(Instant.now()));
    containers.put(made.id(), made);
    feed.container(made.id(), state(made));
    feed.event(event(made, "start"));
    exchange.respond(new ResponseHead(204, "No Content", Headers.NONE), new byte[0]);
  }

  private void remove(Exchange exchange, Made made) throws IOException {
    containers.remove(made.id());
    feed.containerGone(made.id());
    feed.event(event(made, "destroy"));
    exchange.respond(new ResponseHead(204, "No Content", Headers.NONE), new byte[0]);
  }

  /** Reads it anew, as an agent does when it is asked to. */
  Optional<Long> refresh(String id) {
    Made made = containers.get(id);
    return made == null ? Optional.empty() : Optional.of(feed.container(id, state(made)));
  }

  private void createNetwork(Exchange exchange, ObjectNode asked) throws IOException {
    String id = newId();
    ObjectNode network = asked.deepCopy().put("Id", id).put("Scope", "local");
    network.remove("CheckDuplicate");
    network.put("Created", Instant.now().toString());
    network.putObject("Options");
    feed.network(id, network);
    answer(exchange, 201, JSON.createObjectNode().put("Id", id).put("Warning", ""));
  }

  private void oneNetwork(Exchange exchange, String reference) throws IOException {
    for (JsonNode network : feed.networks()) {
      if (network.path("Id").asText().equals(reference)
          || network.path("Name").asText().equals(reference)) {
        answer(exchange, 200, network);
        return;
      }
    }
    answer(exchange, 404, message("network " + reference + " not found"));
  }

  private static ContainerState state(Made made) {
    JsonNode asked = made.asked();
    ObjectNode summary = JSON.createObjectNode();
    summary.put("Id", made.id());
    summary.putArray("Names").add("/" + made.name());
    summary.put("Image", asked.path("Image").asText()).put("ImageID", IMAGE_ID);
    summary.put("Command", "sleep 600").put("Created", made.created().getEpochSecond());
    summary.putArray("Ports");
    summary.set("Labels", asked.path("Labels"));
    summary.put("State", made.started().isPresent() ? "running" : "created");
    summary.put("Status", made.started().isPresent() ? "Up 1 second" : "Created");
    String mode = asked.path("HostConfig").path("NetworkMode").asText("default");
    summary.putObject("HostConfig").put("NetworkMode", mode);
    summary.putObject("NetworkSettings").putObject("Networks").set(mode, endpoint());
    summary.putArray("Mounts");
    return new ContainerState(summary, detail(made));
  }

  private static ObjectNode endpoint() {
    ObjectNode endpoint = JSON.createObjectNode();
    endpoint.putNull("Aliases");
    return endpoint.put("NetworkID", "").put("EndpointID", "").put("IPAddress", "");
  }

  private static ObjectNode detail(Made made) {
    ObjectNode detail = JSON.createObjectNode();
    detail.put("Id", made.id()).put("Name", "/" + made.name());
    detail.put("Created", made.created().toString()).put("RestartCount", 0);
    boolean isRunning = made.started().isPresent();
    detail
        .putObject("State")
        .put("Status", isRunning ? "running" : "created")
        .put("Running", isRunning)
        .put("Paused", false)
        .put("Restarting", false)
        .put("OOMKilled", false)
        .put("Dead", false)
        .put("Pid", isRunning ? 1 : 0)
        .put("ExitCode", 0)
        .put("Error", "")
        .put("StartedAt", made.started().map(Instant::toString).orElse("0001-01-01T00:00:00Z"))
        .put("FinishedAt", "0001-01-01T00:00:00Z");
    detail.putObject("Config").set("Labels", made.asked().path("Labels"));
    detail.putObject("NetworkSettings").putObject("Networks");
    return detail;
  }

  private static JsonNode event(Made made, String action) {
    ObjectNode event = JSON.createObjectNode();
    event.put("Type", "container").put("Action", action).put("scope", "local");
    ObjectNode attributes = event.putObject("Actor").put("ID", made.id()).putObject("Attributes");
    made.asked().path("Labels").properties().forEach(l -> attributes.set(l.getKey(), l.getValue()));
    attributes.put("name", made.name()).put("image", made.asked().path("Image").asText());
    Instant now = Instant.now();
    event.put("time", now.getEpochSecond());
    return event.put("timeNano", now.getEpochSecond() * 1_000_000_000L + now.getNano());
  }

  private static JsonNode message(String text) {
    return JSON.createObjectNode().put("message", text);
  }

  static void answer(Exchange exchange, int status, JsonNode json) throws IOException {
    exchange.respond(
        new ResponseHead(
            status,
            status < 300 ? "OK" : "Not Found",
            Headers.of("Content-Type", "application/json")),
        JSON.writeValueAsBytes(json));
  }
}

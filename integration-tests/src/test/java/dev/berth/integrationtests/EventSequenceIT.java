package dev.berth.integrationtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code docker events} tells of one session at Berth and of the same one at an engine. */
final class EventSequenceIT {
  private static final JsonMapper JSON = new JsonMapper();

  /** Attributes whose values are of one object or one engine, and of whose presence is told. */
  private static final List<String> OF_ONE_OBJECT =
      List.of("container", "execID", "imageID", "imageRef");

  /** Ids and names that an engine makes are long; what people call things here is not. */
  private static final String ID = "(sha256:)?[0-9a-f]{64}";

  private static final String[] SESSION = {
    "network create events-net",
    "volume create events-vol",
    "create --name events-a --label x=y --network events-net -v events-vol:/d busybox sleep 600",
    "start events-a",
    "exec -d events-a sleep 600",
    "pause events-a",
    "unpause events-a",
    "update --memory 64m --memory-swap 64m events-a",
    "top events-a",
    "restart -t 0 events-a",
    "rename events-a events-b",
    "network disconnect events-net events-b",
    "network connect events-net events-b",
    "kill events-b",
    "wait events-b",
    "export -o target/events-export.tar events-b",
    "commit events-b events-img:1",
    "tag events-img:1 events-img:2",
    "rmi events-img:2",
    "rm events-b",
    "rmi events-img:1",
    "volume rm events-vol",
    "network rm events-net",
  };

  private Docker docker;
  private Docker raw;

  @BeforeEach
  void both() {
    docker = Fleet.shared().tenant("events-it");
    raw = Fleet.shared().engine(0);
  }

  @AfterEach
  void cleanUp() {
    for (Docker each : List.of(docker, raw)) {
      each.remove("events-a", "events-b");
      each.run("network", "rm", "events-net");
      each.run("volume", "rm", "events-vol");
    }
  }

  private static void session(Docker docker) {
    for (String line : SESSION) {
      docker.ok(line.split(" "));
    }
  }

  /**
   * The events of the session's objects since then, each in a line without what is of one object.
   */
  private static List<String> events(Docker docker, String since) {
    Outcome outcome =
        docker.run("events", "--since", since, "--until", now(), "--format", "{{json .}}").ok();
    List<String> told = new ArrayList<>();
    for (String line : outcome.lines()) {
      JsonNode event = read(line);
      String text = text(event);
      // An engine tags a committed image before it tells of the commit, and Berth afterwards.
      boolean isTagOfCommit = text.startsWith("image tag") && text.contains("events-img:1");
      if ((text.contains("events-") || text.contains("imageID")) && !isTagOfCommit) {
        told.add(text);
      }
    }
    return told;
  }

  private static JsonNode read(String line) {
    try {
      return JSON.readTree(line);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String text(JsonNode event) {
    Map<String, String> attributes = new TreeMap<>();
    for (Map.Entry<String, JsonNode> attribute :
        event.path("Actor").path("Attributes").properties()) {
      boolean hidden = OF_ONE_OBJECT.contains(attribute.getKey());
      attributes.put(
          attribute.getKey(), hidden ? "*" : attribute.getValue().asText().replaceAll(ID, "*"));
    }
    String id = event.path("Actor").path("ID").asText().replaceAll(ID, "*");
    return "%s %s %s %s %s %s"
        .formatted(
            event.path("Type").asText(),
            event.path("Action").asText(),
            event.path("status").asText("-"),
            event.path("scope").asText("-"),
            id,
            attributes);
  }

  private static String now() {
    return Command.of("date", "+%s.%N").run().ok().text();
  }

  @Test
  void a_session_is_told_as_an_engine_tells_it() {
    String rawSince = now();
    session(raw);
    List<String> theirs = events(raw, rawSince);
    String ownSince = now();
    session(docker);
    List<String> ours = events(docker, ownSince);
    assertThat(theirs).hasSizeGreaterThan(25);
    assertThat(killedFirst(ours)).containsExactlyElementsOf(killedFirst(theirs));
  }

  /** Whether the end of an exec is told before or after the kill that ended it is chance. */
  private static List<String> killedFirst(List<String> events) {
    List<String> ordered = new ArrayList<>(events);
    for (int i = 1; i < ordered.size(); i++) {
      if (ordered.get(i).startsWith("container kill ")
          && ordered.get(i - 1).startsWith("container exec_die ")) {
        Collections.swap(ordered, i - 1, i);
      }
    }
    return ordered;
  }
}

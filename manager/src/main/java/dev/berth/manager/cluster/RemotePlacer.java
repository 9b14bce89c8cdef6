package dev.berth.manager.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpCall;
import dev.berth.common.http.RequestHead;
import dev.berth.common.http.ResponseHead;
import dev.berth.common.id.HostId;
import dev.berth.common.record.ManagerRecord;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;

/** Asks the manager that leads for places. Keeps a few idle connections. Safe for any thread. */
final class RemotePlacer implements AutoCloseable {
  private static final JsonMapper JSON = PlacerWire.JSON;
  private static final Duration ANSWER = Duration.ofSeconds(30);

  /** A question that asks for no place can take the leader long: it looks at the whole fleet. */
  private static final Duration QUESTION = Duration.ofMinutes(5);

  private static final int MAX_IDLE = 16;
  private static final int MAX_ANSWER_BYTES = 8 * 1024 * 1024;

  private final ManagerRecord leader;
  private final ManagerDialer dialer;
  private final ConcurrentLinkedDeque<HttpCall> idle = new ConcurrentLinkedDeque<>();
  private final AtomicInteger idleCount = new AtomicInteger();

  RemotePlacer(ManagerRecord leader, ManagerDialer dialer) {
    this.leader = leader;
    this.dialer = dialer;
  }

  ManagerRecord leader() {
    return leader;
  }

  Placer.Placed place(Placer.Wanted wanted)
      throws RefusedPlacementException, NoLeaderException, IOException {
    PlacerWire.Answered answer =
        JSON.treeToValue(
            ask(PlacerWire.PLACE, PlacerWire.Asked.of(wanted)), PlacerWire.Answered.class);
    return new Placer.Placed(answer.place(), (ObjectNode) answer.body());
  }

  Explanation explain(Placer.Wanted wanted)
      throws RefusedPlacementException, NoLeaderException, IOException {
    return JSON.treeToValue(
        ask(PlacerWire.EXPLAIN, PlacerWire.Asked.of(wanted)), Explanation.class);
  }

  Optional<HostId> together(PlacerWire.Several several)
      throws RefusedPlacementException, NoLeaderException, IOException {
    PlacerWire.Chosen chosen =
        JSON.treeToValue(ask(PlacerWire.TOGETHER, several), PlacerWire.Chosen.class);
    return chosen.host().isEmpty() ? Optional.empty() : Optional.of(new HostId(chosen.host()));
  }

  Placer.Place spread(PlacerWire.Loads loads)
      throws RefusedPlacementException, NoLeaderException, IOException {
    return JSON.treeToValue(ask(PlacerWire.SPREAD, loads), PlacerWire.Answered.class).place();
  }

  /** A call with an answer that says nothing more. */
  void tell(String target, Object body)
      throws RefusedPlacementException, NoLeaderException, IOException {
    ask(target, body);
  }

  JsonNode ask(String target, Object body)
      throws RefusedPlacementException, NoLeaderException, IOException {
    HttpCall kept = idle.poll();
    if (kept != null) {
      idleCount.decrementAndGet();
      try {
        return ask(kept, target, body, ANSWER);
      } catch (IOException e) {
        // The leader may have closed what was idle. A place that it gave all the same goes back
        // with the next one of that id, or when this manager ends.
        kept.close();
      }
    }
    return ask(target, body, ANSWER);
  }

  /**
   * Has a question answered that asks for no place. It is asked once: were it asked again over
   * another connection, the leader would be at work on it twice.
   */
  JsonNode question(String target, Object body)
      throws RefusedPlacementException, NoLeaderException, IOException {
    return ask(target, body, QUESTION);
  }

  /** Over a connection of its own. */
  private JsonNode ask(String target, Object body, Duration patience)
      throws RefusedPlacementException, NoLeaderException, IOException {
    HttpCall fresh = new HttpCall(dialer.dial(leader));
    try {
      return ask(fresh, target, body, patience);
    } catch (IOException e) {
      fresh.close();
      throw e;
    }
  }

  private JsonNode ask(HttpCall call, String target, Object body, Duration patience)
      throws RefusedPlacementException, NoLeaderException, IOException {
    call.readTimeout(patience);
    call.send(
        new RequestHead(
            "POST", target, Headers.of("Host", "manager", "Content-Type", "application/json")),
        JSON.writeValueAsBytes(body));
    ResponseHead head = call.receive();
    byte[] answer = call.responseBody().readNBytes(MAX_ANSWER_BYTES);
    giveBack(call);
    JsonNode json = JSON.readTree(answer);
    return switch (head.status()) {
      case 200 -> json;
      case 403, 409 ->
          throw RefusedPlacementException.retold(
              json.path("message").asText(), json.path("overQuota").asBoolean());
      default -> throw new NoLeaderException(json.path("message").asText("no reason given"));
    };
  }

  private void giveBack(HttpCall call) throws IOException {
    if (call.isReusable() && idleCount.get() < MAX_IDLE) {
      idleCount.incrementAndGet();
      idle.push(call);
    } else {
      call.close();
    }
  }

  @Override
  public void close() {
    HttpCall call;
    while ((call = idle.poll()) != null) {
      try {
        call.close();
      } catch (IOException e) {
        // Dropped either way.
      }
    }
  }
}

package dev.berth.agent.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.common.wire.FeedCodec;
import dev.berth.common.wire.FeedMessage;
import dev.berth.common.wire.FeedMessage.Beat;
import dev.berth.common.wire.FeedMessage.ContainerChanged;
import dev.berth.common.wire.FeedMessage.ContainerGone;
import dev.berth.common.wire.FeedMessage.ContainerState;
import dev.berth.common.wire.FeedMessage.EngineDown;
import dev.berth.common.wire.FeedMessage.EngineEvent;
import dev.berth.common.wire.FeedMessage.Snapshot;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BroadcastTest {
  private static final JsonMapper JSON = new JsonMapper();

  private final Broadcast broadcast = new Broadcast(3, 10_000);
  private final int watch = broadcast.beginWatch();

  @Test
  void a_feed_begins_with_a_snapshot_and_counts_on_from_it() throws Exception {
    broadcast.snapshot(watch, List.of(container("a", "running")), List.of(), List.of(), List.of());
    broadcast.event(watch, JSON.readTree("{}"));
    var reader = broadcast.subscribe();

    List<FeedMessage> beginning = take(reader);
    broadcast.container(watch, "b", Optional.of(container("b", "created")));
    broadcast.container(watch, "a", Optional.empty());
    List<FeedMessage> rest = take(reader);

    assertThat(beginning)
        .containsExactly(
            new Snapshot(2, List.of(container("a", "running")), List.of(), List.of(), List.of()));
    assertThat(rest)
        .containsExactly(
            new ContainerChanged(3, container("b", "created")), new ContainerGone(4, "a"));
  }

  @Test
  void what_has_not_changed_is_not_sent() throws Exception {
    broadcast.snapshot(watch, List.of(container("a", "running")), List.of(), List.of(), List.of());

    broadcast.container(watch, "a", Optional.of(container("a", "running")));
    broadcast.container(watch, "b", Optional.empty());
    broadcast.images(watch, List.of());

    assertThat(broadcast.seq()).isEqualTo(1);
  }

  @Test
  void a_reader_that_falls_behind_goes_on_from_a_snapshot_and_others_miss_nothing()
      throws Exception {
    broadcast.snapshot(watch, List.of(), List.of(), List.of(), List.of());
    var slow = broadcast.subscribe();
    var quick = broadcast.subscribe();
    take(slow);
    take(quick);
    List<FeedMessage> seen = new ArrayList<>();
    for (String id : List.of("a", "b", "c", "d")) {
      broadcast.container(watch, id, Optional.of(container(id, "created")));
      seen.addAll(take(quick));
    }

    List<FeedMessage> caughtUp = take(slow);
    broadcast.event(watch, JSON.readTree("{}"));

    assertThat(seen).hasSize(4).allMatch(ContainerChanged.class::isInstance);
    assertThat(caughtUp).singleElement().isInstanceOf(Snapshot.class);
    assertThat(((Snapshot) caughtUp.getFirst()).containers()).hasSize(4);
    assertThat(take(slow)).containsExactly(new EngineEvent(6, JSON.readTree("{}")));
  }

  @Test
  void a_reader_that_is_behind_by_many_bytes_goes_on_from_a_snapshot() throws Exception {
    broadcast.snapshot(watch, List.of(), List.of(), List.of(), List.of());
    var reader = broadcast.subscribe();
    take(reader);

    broadcast.event(watch, JSON.readTree("{\"a\":\"" + "x".repeat(10_000) + "\"}"));

    assertThat(take(reader)).singleElement().isInstanceOf(Snapshot.class);
  }

  @Test
  void a_reader_that_comes_while_the_engine_is_down_learns_the_last_state_and_that_it_is_down()
      throws Exception {
    broadcast.snapshot(watch, List.of(container("a", "running")), List.of(), List.of(), List.of());
    broadcast.engineDown(watch, "gone");
    broadcast.beat(Duration.ZERO);
    var reader = broadcast.subscribe();

    assertThat(take(reader))
        .containsExactly(
            new Snapshot(2, List.of(container("a", "running")), List.of(), List.of(), List.of()),
            new EngineDown(3, "gone"));
    broadcast.beat(Duration.ZERO);
    assertThat(take(reader)).containsExactly(new Beat(4));
  }

  @Test
  void an_engine_that_stays_down_is_said_to_be_so_once() throws Exception {
    broadcast.snapshot(watch, List.of(), List.of(), List.of(), List.of());
    broadcast.engineDown(watch, "gone");
    broadcast.engineDown(broadcast.beginWatch(), "still gone");

    assertThat(broadcast.seq()).isEqualTo(2);
  }

  @Test
  void what_a_former_watch_still_says_is_ignored() throws Exception {
    broadcast.snapshot(watch, List.of(container("a", "running")), List.of(), List.of(), List.of());
    int next = broadcast.beginWatch();
    broadcast.snapshot(next, List.of(), List.of(), List.of(), List.of());

    broadcast.container(watch, "a", Optional.of(container("a", "exited")));
    broadcast.event(watch, JSON.readTree("{}"));
    broadcast.engineDown(watch, "late");

    assertThat(broadcast.seq()).isEqualTo(2);
  }

  @Test
  void nothing_is_known_before_the_first_snapshot() throws Exception {
    assertThat(broadcast.awaitKnown(Duration.ofMillis(1))).isFalse();
    broadcast.beat(Duration.ZERO);
    assertThat(broadcast.seq()).isZero();

    broadcast.snapshot(watch, List.of(), List.of(), List.of(), List.of());
    assertThat(broadcast.awaitKnown(Duration.ZERO)).isTrue();
  }

  @Test
  void a_closed_feed_ends_its_readers() throws Exception {
    broadcast.snapshot(watch, List.of(), List.of(), List.of(), List.of());
    var reader = broadcast.subscribe();

    broadcast.close();

    assertThat(reader.take()).isEmpty();
    assertThat(broadcast.subscribe().take()).isEmpty();
  }

  /** Reads whenever the list says 0; otherwise changes container 1, 2 or 3 or has the engine go. */
  @Property(tries = 300)
  void a_reader_of_any_pace_has_the_state_in_the_end_and_never_sees_a_gap(
      @ForAll @Size(max = 60) List<@IntRange(max = 5) Integer> steps) throws Exception {
    Broadcast any = new Broadcast(3, 10_000);
    int by = any.beginWatch();
    any.snapshot(by, List.of(), List.of(), List.of(), List.of());
    var reader = any.subscribe();
    Replica replica = new Replica();
    Replica truth = new Replica();
    int count = 0;
    for (int step : steps) {
      String id = "c" + step;
      switch (step) {
        case 0 -> {
          // Without news a reader would wait for ever.
          any.beat(Duration.ZERO);
          replica.apply(take(reader));
        }
        case 1, 2, 3 -> {
          ContainerState state = container(id, "s" + count++);
          truth.containers.put(id, state);
          any.container(by, id, Optional.of(state));
        }
        case 4 -> {
          truth.containers.remove("c1");
          any.container(by, "c1", Optional.empty());
        }
        default -> {
          any.engineDown(by, "test");
          by = any.beginWatch();
          any.snapshot(by, List.copyOf(truth.containers.values()), List.of(), List.of(), List.of());
        }
      }
    }
    any.beat(Duration.ZERO);
    replica.apply(take(reader));

    assertThat(replica.containers).isEqualTo(truth.containers);
  }

  /** What a reader makes of its feed. */
  private static final class Replica {
    private final java.util.Map<String, ContainerState> containers = new java.util.HashMap<>();
    private long expected = -1;

    void apply(List<FeedMessage> messages) {
      for (FeedMessage message : messages) {
        if (message instanceof Snapshot) {
          expected = message.seq();
        }
        assertThat(message.seq()).isEqualTo(expected++);
        switch (message) {
          case Snapshot(long _, List<ContainerState> all, var _, var _, var _) -> {
            containers.clear();
            all.forEach(state -> containers.put(state.summary().path("Id").asText(), state));
          }
          case ContainerChanged(long _, ContainerState state) ->
              containers.put(state.summary().path("Id").asText(), state);
          case ContainerGone(long _, String id) -> containers.remove(id);
          default -> {}
        }
      }
    }
  }

  private static ContainerState container(String id, String state) {
    return new ContainerState(
        JSON.createObjectNode().put("Id", id).put("State", state), JSON.createObjectNode());
  }

  private static List<FeedMessage> take(Broadcast.Subscription reader) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (byte[] line : reader.take()) {
      bytes.write(line);
    }
    return new FeedCodec().read(new ByteArrayInputStream(bytes.toByteArray())).readAll();
  }
}

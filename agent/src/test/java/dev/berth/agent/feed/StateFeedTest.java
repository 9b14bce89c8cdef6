package dev.berth.agent.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.agent.Dockerd;
import dev.berth.agent.ManagerSide;
import dev.berth.agent.ManagerSide.Answer;
import dev.berth.agent.PlainAgent;
import dev.berth.agent.SharedEngine;
import dev.berth.common.http.Headers;
import dev.berth.common.http.HttpCall;
import dev.berth.common.wire.AgentApi;
import dev.berth.common.wire.FeedMessage;
import dev.berth.common.wire.FeedMessage.Beat;
import dev.berth.common.wire.FeedMessage.ContainerChanged;
import dev.berth.common.wire.FeedMessage.ContainerGone;
import dev.berth.common.wire.FeedMessage.ContainerState;
import dev.berth.common.wire.FeedMessage.EngineDown;
import dev.berth.common.wire.FeedMessage.EngineEvent;
import dev.berth.common.wire.FeedMessage.ImagesChanged;
import dev.berth.common.wire.FeedMessage.Snapshot;
import dev.berth.common.wire.FeedMessage.VolumesChanged;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedEngine.class)
@Timeout(180)
class StateFeedTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @Test
  void a_feed_begins_with_all_there_is(Dockerd engine) throws Exception {
    try (PlainAgent agent = PlainAgent.start(engine.socket())) {
      String id =
          agent.manager().create("there", "\"ExposedPorts\":{\"80/tcp\":{}},", "sleep", "1000");
      agent.manager().start(id);
      try (PlainAgent fresh = PlainAgent.start(engine.socket());
          FeedListener feed = FeedListener.follow(fresh.manager())) {
        await().until(() -> !feed.messages().isEmpty());

        assertThat(feed.messages().getFirst()).isInstanceOf(Snapshot.class);
        Snapshot snapshot = (Snapshot) feed.messages().getFirst();
        ContainerState there = find(snapshot, id);
        assertThat(there.summary().path("Names").path(0).asText()).isEqualTo("/there");
        assertThat(there.detail().path("Name").asText()).isEqualTo("/there");
        assertThat(there.detail().path("State").path("Running").asBoolean()).isTrue();
        assertThat(there.detail().path("Config").path("ExposedPorts").has("80/tcp")).isTrue();
        assertThat(there.detail().path("Config").size()).isEqualTo(1);
        assertThat(there.detail().has("HostConfig")).isFalse();
        assertThat(snapshot.images())
            .anyMatch(image -> image.path("RepoTags").path(0).asText().equals("busybox:latest"));
      }
      agent.manager().remove(id);
    }
  }

  @Test
  void a_life_is_told_in_its_order_and_each_event_after_its_effect(Dockerd engine)
      throws Exception {
    try (PlainAgent agent = PlainAgent.start(engine.socket());
        FeedListener feed = FeedListener.follow(agent.manager())) {
      await().until(() -> !feed.messages().isEmpty());
      ManagerSide manager = agent.manager();

      String id = manager.create("life", "", "sleep", "1000");
      awaitEvent(feed, id, "create");
      manager.start(id);
      awaitEvent(feed, id, "start");
      manager.engine("POST", "/containers/" + id + "/rename?name=lived", "");
      awaitEvent(feed, id, "rename");
      manager.engine("POST", "/containers/" + id + "/kill", "");
      awaitEvent(feed, id, "die");
      manager.remove(id);
      awaitEvent(feed, id, "destroy");

      assertNoGap(feed);
      ContainerState state = null;
      boolean gone = false;
      List<String> told = new ArrayList<>();
      for (FeedMessage message : feed.messages()) {
        switch (message) {
          case ContainerChanged(long _, ContainerState changed) when idOf(changed).equals(id) ->
              state = changed;
          case ContainerGone(long _, String which) when which.equals(id) -> gone = true;
          case EngineEvent(long _, JsonNode event) when isOf(event, id) -> {
            String action = event.path("Action").asText();
            told.add(action);
            switch (action) {
              case "create" -> assertThat(state.detail().path("Name").asText()).isEqualTo("/life");
              case "start" ->
                  assertThat(state.detail().path("State").path("StartedAt").asText())
                      .doesNotStartWith("0001");
              case "rename" ->
                  assertThat(state.summary().path("Names").path(0).asText()).isEqualTo("/lived");
              case "die" -> {
                assertThat(state.summary().path("State").asText()).isEqualTo("exited");
                assertThat(state.detail().path("State").path("ExitCode").asInt()).isEqualTo(137);
              }
              case "destroy" -> assertThat(gone).isTrue();
              default -> {}
            }
          }
          default -> {}
        }
      }
      assertThat(told).containsSubsequence("create", "start", "rename", "kill", "die", "destroy");
    }
  }

  private static void awaitEvent(FeedListener feed, String id, String action) {
    await().atMost(SOON).until(() -> feed.has(message -> isEvent(message, id, action)));
  }

  @Test
  void an_exec_is_passed_on_and_nothing_is_read_for_it(Dockerd engine) throws Exception {
    try (PlainAgent agent = PlainAgent.start(engine.socket());
        FeedListener feed = FeedListener.follow(agent.manager())) {
      ManagerSide manager = agent.manager();
      String id = manager.create("execs", "", "sleep", "1000");
      manager.start(id);
      awaitEvent(feed, id, "start");
      long changes = changesOf(feed, id);
      String exec =
          manager
              .engine("POST", "/containers/" + id + "/exec", "{\"Cmd\":[\"true\"]}")
              .json()
              .path("Id")
              .asText();
      manager.engine("POST", "/exec/" + exec + "/start", "{\"Detach\":true}");

      awaitEvent(feed, id, "exec_die");

      assertThat(changesOf(feed, id)).isEqualTo(changes);
      manager.remove(id);
    }
  }

  private static long changesOf(FeedListener feed, String id) {
    return feed.messages().stream()
        .filter(m -> m instanceof ContainerChanged changed && idOf(changed.container()).equals(id))
        .count();
  }

  @Test
  void volumes_and_networks_are_told_before_their_events(Dockerd engine) throws Exception {
    try (PlainAgent agent = PlainAgent.start(engine.socket());
        FeedListener listener = FeedListener.follow(agent.manager())) {
      await().until(() -> !listener.messages().isEmpty());
      agent.manager().engine("POST", "/volumes/create", "{\"Name\":\"data\"}");
      await()
          .until(
              () ->
                  listener.messages().stream()
                      .anyMatch(m -> m instanceof EngineEvent e && isVolume(e, "create")));
      List<FeedMessage> told = List.copyOf(listener.messages());
      int change = indexOf(told, m -> m instanceof VolumesChanged v && names(v).contains("data"));
      int event = indexOf(told, m -> m instanceof EngineEvent e && isVolume(e, "create"));
      assertThat(change).isNotNegative().isLessThan(event);

      agent.manager().engine("DELETE", "/volumes/data", "");
      await()
          .until(
              () ->
                  listener.messages().stream()
                      .anyMatch(m -> m instanceof VolumesChanged v && v.gone().contains("data")));
      assertThat(((Snapshot) told.getFirst()).networks())
          .anyMatch(network -> network.path("Name").asText().equals("none"));
    }
  }

  private static boolean isVolume(EngineEvent event, String action) {
    return event.event().path("Type").asText().equals("volume")
        && event.event().path("Action").asText().equals(action);
  }

  private static List<String> names(VolumesChanged change) {
    return change.volumes().stream().map(volume -> volume.path("Name").asText()).toList();
  }

  private static int indexOf(List<FeedMessage> messages, Predicate<FeedMessage> condition) {
    for (int i = 0; i < messages.size(); i++) {
      if (condition.test(messages.get(i))) {
        return i;
      }
    }
    return -1;
  }

  @Test
  void a_new_tag_is_in_the_images_before_its_event(Dockerd engine) throws Exception {
    try (PlainAgent agent = PlainAgent.start(engine.socket());
        FeedListener feed = FeedListener.follow(agent.manager())) {
      await().until(() -> !feed.messages().isEmpty());

      agent.manager().engine("POST", "/images/busybox/tag?repo=other&tag=1", "");

      await().atMost(SOON).until(() -> feed.has(StateFeedTest::isTag));
      List<FeedMessage> messages = feed.messages();
      int event = messages.indexOf(messages.stream().filter(StateFeedTest::isTag).toList().get(0));
      assertThat(messages.subList(0, event))
          .anyMatch(m -> m instanceof ImagesChanged i && i.images().toString().contains("other:1"));
      agent.manager().engine("DELETE", "/images/other:1", "");
    }
  }

  private static boolean isTag(FeedMessage message) {
    return message instanceof EngineEvent e && e.event().path("Action").asText().equals("tag");
  }

  @Test
  void a_refreshed_container_is_in_the_feed_no_later_than_the_answer_says(Dockerd engine)
      throws Exception {
    try (PlainAgent agent = PlainAgent.start(engine.socket());
        FeedListener feed = FeedListener.follow(agent.manager())) {
      String id = agent.manager().create("refreshed", "", "sleep", "1000");

      Answer answer = refresh(agent, id);

      long seq = answer.json().path("seq").asLong();
      await().until(() -> feed.has(message -> message.seq() >= seq));
      assertThat(feed.messages().stream().filter(message -> message.seq() <= seq))
          .anyMatch(m -> m instanceof ContainerChanged c && idOf(c.container()).equals(id));
      agent.manager().remove(id);
      assertThat(refresh(agent, id).status()).isEqualTo(200);
      assertThat(refresh(agent, "nonsense").status()).isEqualTo(400);
    }
  }

  private static Answer refresh(PlainAgent agent, String id) throws IOException {
    try (HttpCall call = agent.manager().dial()) {
      return ManagerSide.ask(call, "POST", AgentApi.REFRESH + "?id=" + id, Headers.NONE, "");
    }
  }

  @Test
  void a_hundred_containers_made_at_once_all_arrive(Dockerd engine) throws Exception {
    try (PlainAgent agent = PlainAgent.start(engine.socket());
        FeedListener feed = FeedListener.follow(agent.manager())) {
      await().until(() -> !feed.messages().isEmpty());
      long begun = System.nanoTime();
      Set<String> ids = new HashSet<>();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<String>> futures = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
          String name = "burst" + i;
          futures.add(threads.submit(() -> agent.manager().create(name, "", "true")));
        }
        for (Future<String> future : futures) {
          ids.add(future.get());
        }
      }
      long created = System.nanoTime();

      await().atMost(SOON).until(() -> heardOf(feed).containsAll(ids));

      long told = feed.heard().getLast().nanos();
      System.out.printf(
          "100 creates in %d ms, the last told %d ms later, %d messages%n",
          (created - begun) / 1_000_000, (told - created) / 1_000_000, feed.heard().size());
      assertNoGap(feed);
      printCostPerEvent(agent, feed, ids.iterator().next());
      for (String id : ids) {
        agent.manager().remove(id);
      }
    }
  }

  /** Each rename is told before the next is made: what one event costs when nothing else waits. */
  private static void printCostPerEvent(PlainAgent agent, FeedListener feed, String id)
      throws IOException {
    int renames = 50;
    long total = 0;
    for (int i = 0; i < renames; i++) {
      String name = "/cost" + i;
      long begun = System.nanoTime();
      agent.manager().engine("POST", "/containers/" + id + "/rename?name=" + name, "");
      long answered = System.nanoTime();
      await()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(1))
          .until(
              () ->
                  feed.has(
                      m ->
                          m instanceof ContainerChanged c
                              && c.container().detail().path("Name").asText().equals(name)));
      total += Math.max(0, feed.heard().getLast().nanos() - answered);
      assertThat(answered).isGreaterThan(begun);
    }
    System.out.printf("a rename is told %d us after its answer%n", total / renames / 1000);
  }

  private static Set<String> heardOf(FeedListener feed) {
    Set<String> ids = new HashSet<>();
    for (FeedMessage message : feed.messages()) {
      if (message instanceof ContainerChanged changed) {
        ids.add(idOf(changed.container()));
      }
    }
    return ids;
  }

  @Test
  void a_reader_that_stops_reading_holds_up_nobody_and_catches_up(Dockerd engine) throws Exception {
    FeedLimits small =
        new FeedLimits(
            FeedLimits.DEFAULT.pingEvery(),
            FeedLimits.DEFAULT.pingBound(),
            FeedLimits.DEFAULT.inspectBound(),
            FeedLimits.DEFAULT.beatAfter(),
            FeedLimits.DEFAULT.listsEvery(),
            FeedLimits.DEFAULT.minPause(),
            FeedLimits.DEFAULT.maxPause(),
            16,
            1024 * 1024);
    try (PlainAgent agent = PlainAgent.start(engine.socket(), small);
        FeedListener quick = FeedListener.follow(agent.manager());
        HttpCall stuck = FeedListener.open(agent.manager())) {
      await().until(() -> !quick.messages().isEmpty());
      // Long enough names and labels to fill what the kernel keeps for a reader.
      String label = "x".repeat(60_000);
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < 150; i++) {
        String fields = "\"Labels\":{\"filler\":\"" + label + "\"},";
        String id = agent.manager().create("filler" + i, fields, "true");
        awaitEvent(quick, id, "create");
        ids.add(id);
      }

      assertThat(stuck.responseBody().read()).isNotEqualTo(-1);
      FeedMessage last = lastSnapshot(stuck);

      assertThat(((Snapshot) last).containers()).hasSizeGreaterThanOrEqualTo(150);
      for (String id : ids) {
        agent.manager().remove(id);
      }
    }
  }

  /** The first snapshot that is not the feed's first message. Its first byte was read. */
  private static FeedMessage lastSnapshot(HttpCall stuck) throws IOException {
    java.io.InputStream whole =
        new java.io.SequenceInputStream(
            new java.io.ByteArrayInputStream(new byte[] {'{'}), stuck.responseBody());
    try (var messages = new dev.berth.common.wire.FeedCodec().read(whole)) {
      messages.nextValue();
      FeedMessage message = messages.nextValue();
      while (!(message instanceof Snapshot)) {
        message = messages.nextValue();
      }
      return message;
    }
  }

  @Test
  void silence_is_broken_by_a_beat(Dockerd engine) throws Exception {
    try (PlainAgent agent = PlainAgent.start(engine.socket());
        FeedListener feed = FeedListener.follow(agent.manager())) {
      await().atMost(Duration.ofSeconds(30)).until(() -> feed.has(Beat.class::isInstance));
      assertNoGap(feed);
    }
  }

  @Test
  void a_feed_is_refused_while_nothing_is_known() throws Exception {
    try (PlainAgent agent = PlainAgent.start(Path.of("/tmp/berth-agent-no-such-socket"));
        HttpCall call = agent.manager().dial()) {
      Answer answer = ManagerSide.ask(call, "GET", AgentApi.FEED, Headers.NONE, "");

      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.head().headers().first(AgentApi.REFUSED_HEADER)).hasValue("engine-down");
    }
  }

  @Test
  void an_engine_that_is_killed_is_down_and_is_told_anew_when_it_is_back() throws Exception {
    FeedLimits withoutPings =
        new FeedLimits(
            Duration.ofHours(1),
            FeedLimits.DEFAULT.pingBound(),
            FeedLimits.DEFAULT.inspectBound(),
            FeedLimits.DEFAULT.beatAfter(),
            FeedLimits.DEFAULT.listsEvery(),
            FeedLimits.DEFAULT.minPause(),
            FeedLimits.DEFAULT.maxPause(),
            FeedLimits.DEFAULT.queuedMessages(),
            FeedLimits.DEFAULT.queuedBytes());
    try (Dockerd engine = Dockerd.start();
        PlainAgent agent = PlainAgent.start(engine.socket(), withoutPings);
        FeedListener feed = FeedListener.follow(agent.manager())) {
      String id = agent.manager().create("survivor", "", "true");
      awaitEvent(feed, id, "create");

      engine.kill();
      await().atMost(SOON).until(() -> feed.has(EngineDown.class::isInstance));
      assertThat(refresh(agent, id).status()).isEqualTo(503);
      try (FeedListener late = FeedListener.follow(agent.manager())) {
        await().until(() -> late.has(EngineDown.class::isInstance));
        assertThat(find((Snapshot) late.messages().getFirst(), id)).isNotNull();
      }
      engine.launch();

      await().until(() -> feed.messages().stream().filter(Snapshot.class::isInstance).count() == 2);
      Snapshot again =
          (Snapshot) feed.messages().stream().filter(Snapshot.class::isInstance).toList().get(1);
      assertThat(find(again, id).detail().path("Name").asText()).isEqualTo("/survivor");
      String next = agent.manager().create("newcomer", "", "true");
      awaitEvent(feed, next, "create");
      assertThat(feed.messages().stream().filter(EngineDown.class::isInstance)).hasSize(1);
      assertNoGap(feed);
    }
  }

  @Test
  void an_engine_that_hangs_is_down_until_it_answers_again() throws Exception {
    try (Dockerd engine = Dockerd.start();
        PlainAgent agent = PlainAgent.start(engine.socket());
        FeedListener feed = FeedListener.follow(agent.manager())) {
      await().until(() -> !feed.messages().isEmpty());

      engine.hang();
      try {
        await().atMost(Duration.ofSeconds(30)).until(() -> feed.has(EngineDown.class::isInstance));
      } finally {
        engine.unhang();
      }

      await().until(() -> feed.messages().stream().filter(Snapshot.class::isInstance).count() == 2);
      assertNoGap(feed);
    }
  }

  @Test
  void a_manager_that_goes_ends_its_feed(Dockerd engine) throws Exception {
    try (PlainAgent agent = PlainAgent.start(engine.socket())) {
      HttpCall call = FeedListener.open(agent.manager());
      assertThat(agent.readers()).isEqualTo(1);

      call.close();

      await().until(() -> agent.readers() == 0);
    }
  }

  private static void assertNoGap(FeedListener feed) {
    long expected = -1;
    for (FeedMessage message : feed.messages()) {
      if (message instanceof Snapshot) {
        assertThat(message.seq()).isGreaterThanOrEqualTo(expected);
        expected = message.seq();
      }
      assertThat(message.seq()).isEqualTo(expected);
      expected++;
    }
  }

  private static ContainerState find(Snapshot snapshot, String id) {
    return snapshot.containers().stream()
        .filter(state -> idOf(state).equals(id))
        .findFirst()
        .orElseThrow();
  }

  private static String idOf(ContainerState state) {
    return state.summary().path("Id").asText();
  }

  private static boolean isEvent(FeedMessage message, String id, String action) {
    return message instanceof EngineEvent(long _, JsonNode event)
        && isOf(event, id)
        && event.path("Action").asText().startsWith(action);
  }

  private static boolean isOf(JsonNode event, String id) {
    return event.path("Actor").path("ID").asText().equals(id);
  }
}

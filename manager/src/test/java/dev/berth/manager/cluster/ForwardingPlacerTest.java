package dev.berth.manager.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.record.ManagerRecord;
import dev.berth.common.record.Paths;
import dev.berth.manager.tenant.ZooKeeperFixture;
import dev.berth.scheduler.quota.Quantity;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A manager that does not lead at first: another does. */
final class ForwardingPlacerTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String PLACED = "{\"host\":\"h1\",\"epoch\":1,\"body\":{}}";

  @RegisterExtension private static final ZooKeeperFixture ZOOKEEPER = new ZooKeeperFixture();

  private final FakeLeader other = new FakeLeader();
  private final Placer.Wanted build = Placers.wanted(Placer.Kind.BUILD, "");
  private final Placer.Wanted container = Placers.wanted(Placer.Kind.CONTAINER, "web");
  private CuratorFramework zookeeper;
  private ContainerRecords records;
  private LeaderPlacer own;
  private Leadership others;
  private Leadership leadership;
  private Managers managers;
  private ForwardingPlacer placer;

  @BeforeEach
  void letAnotherLead(TestInfo test) throws Exception {
    zookeeper = ZOOKEEPER.fresh(test.getTestMethod().orElseThrow().getName());
    records = new ContainerRecords(zookeeper);
    own = Placers.over(zookeeper, records);
    others = new Leadership(zookeeper, "m2");
    others.start();
    await().atMost(SOON).until(others::isLeading);
    leadership = new Leadership(zookeeper, "m1");
    leadership.listen(own);
    leadership.start();
    managers = new Managers(zookeeper);
    managers.start(new ManagerRecord("m2", "127.0.0.1", 1));
    await().atMost(SOON).until(() -> managers.find("m2").isPresent());
    placer = new ForwardingPlacer(own, leadership, managers, "m1", other);
    records.listen(placer);
    records.start();
    placer.start();
  }

  @AfterEach
  void close() {
    placer.close();
    leadership.close();
    others.close();
    managers.close();
    records.close();
  }

  private void beginAnotherTerm() throws Exception {
    zookeeper.setData().forPath(Paths.EPOCH, "2".getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void what_may_have_been_given_is_released_when_nobody_answers() {
    other.answers(500, "{\"message\":\"internal error\"}");

    assertThatThrownBy(() -> placer.place(container)).isInstanceOf(NoLeaderException.class);

    await().atMost(SOON).until(() -> other.wasAsked(PlacerWire.RELEASE, container.id().value()));
  }

  @Test
  void what_may_have_been_counted_is_given_back_when_nobody_answers() {
    other.answers(500, "{\"message\":\"internal error\"}");
    String volume = "a".repeat(32);

    assertThatThrownBy(() -> placer.take(Placers.TENANT, Quantity.VOLUMES, volume))
        .isInstanceOf(NoLeaderException.class);

    await().atMost(SOON).until(() -> other.wasAsked(PlacerWire.GIVE_BACK, volume));
  }

  @Test
  void the_next_leader_is_told_of_builds_and_not_of_what_has_ended() throws Exception {
    other.answers(200, PLACED);
    Placer.Wanted ended = Placers.wanted(Placer.Kind.BUILD, "");
    placer.place(ended);
    placer.place(build);
    placer.release(ended.id());

    beginAnotherTerm();

    await().atMost(SOON).until(() -> other.wasAsked(PlacerWire.HELD, build.id().value()));
    assertThat(other.wasAsked(PlacerWire.HELD, ended.id().value())).isFalse();
  }

  @Test
  void the_leader_is_not_reminded_of_what_is_recorded() throws Exception {
    other.answers(200, PLACED);
    placer.place(build);
    placer.place(container);
    records.create(Placers.record(container, Placers.H1, others.epoch()));

    beginAnotherTerm();

    await().atMost(SOON).until(() -> other.wasAsked(PlacerWire.HELD, build.id().value()));
    assertThat(other.wasAsked(PlacerWire.HELD, container.id().value())).isFalse();
  }

  @Test
  void the_leader_is_told_of_where_a_volume_would_go_together_with_others() throws Exception {
    other.answers(200, PLACED);

    placer.spread(Placers.TENANT, List.of(Placers.H2), Map.of("h1", 7));

    assertThat(other.wasAsked(PlacerWire.SPREAD, "\"wished\":[\"h2\"]")).isTrue();
  }

  @Test
  void what_only_the_leader_knows_is_asked_of_it() throws Exception {
    other.answers(200, "{\"told\":7}");
    ObjectNode question = JsonNodeFactory.instance.objectNode().put("goal", "spread");

    JsonNode answer =
        placer.ask(
            "/placer/what",
            question,
            _ -> {
              throw new NoLeaderException("this manager does not lead");
            });

    assertThat(answer.path("told").asInt()).isEqualTo(7);
    assertThat(other.wasAsked("/placer/what", "\"goal\":\"spread\"")).isTrue();
  }

  @Test
  void builds_count_when_this_manager_takes_over() throws Exception {
    other.answers(200, PLACED);
    placer.place(build);

    others.close();

    await().atMost(SOON).until(() -> Placers.used(own, Quantity.BUILDS) == 1);
    placer.release(build.id());
    assertThat(Placers.used(own, Quantity.BUILDS)).isZero();
  }
}

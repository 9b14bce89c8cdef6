package dev.berth.manager.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.Epoch;
import dev.berth.manager.tenant.MovableClock;
import dev.berth.manager.tenant.ZooKeeperFixture;
import dev.berth.scheduler.quota.Quantity;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PlacerDeskTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String MANAGER = "m2";

  @RegisterExtension private static final ZooKeeperFixture ZOOKEEPER = new ZooKeeperFixture();

  private final MovableClock clock = new MovableClock();
  private final Placer.Wanted container = Placers.wanted(Placer.Kind.CONTAINER, "web");
  private final Placer.Wanted build = Placers.wanted(Placer.Kind.BUILD, "");
  private ContainerRecords records;
  private LeaderPlacer placer;
  private PlacerDesk desk;

  @BeforeEach
  void lead(TestInfo test) throws Exception {
    CuratorFramework zookeeper = ZOOKEEPER.fresh(test.getTestMethod().orElseThrow().getName());
    Placers.makeEpoch(zookeeper);
    records = new ContainerRecords(zookeeper);
    placer = Placers.over(zookeeper, records);
    desk = new PlacerDesk(placer, clock);
    records.listen(desk);
    records.start();
    Placers.lead(placer);
  }

  @AfterEach
  void close() {
    records.close();
  }

  private int ask(String call, Object body) throws IOException {
    return desk.answer(call, MANAGER, JSON.writeValueAsBytes(body)).status();
  }

  private void pass(Duration time) {
    clock.advance(time);
    desk.keep(Epoch.NONE, _ -> true);
  }

  private long used(Quantity quantity) {
    return Placers.used(placer, quantity);
  }

  @Test
  void a_repeated_question_is_answered_again() throws IOException {
    assertThat(ask(PlacerWire.PLACE, PlacerWire.Asked.of(container))).isEqualTo(200);
    assertThat(ask(PlacerWire.PLACE, PlacerWire.Asked.of(container))).isEqualTo(200);
    assertThat(used(Quantity.CONTAINERS)).isEqualTo(1);
  }

  @Test
  void other_questions_are_answered_by_who_serves_them_while_this_manager_leads()
      throws IOException {
    desk.serve("/placer/what", question -> question.path("is"));

    assertThat(desk.answer("/placer/what", MANAGER, "{\"is\":7}".getBytes(UTF_8)).body())
        .isEqualTo("7");
    assertThat(ask("/placer/else", "")).isEqualTo(400);
    placer.end();
    assertThat(ask("/placer/what", "")).isEqualTo(503);
  }

  @Test
  void an_older_manager_wishes_for_no_host() throws IOException {
    assertThat(
            desk.answer(
                    PlacerWire.SPREAD,
                    MANAGER,
                    "{\"tenant\":\"acme\",\"loads\":{}}".getBytes(UTF_8))
                .status())
        .isEqualTo(200);
  }

  @Test
  void what_says_nothing_new_is_understood_by_an_older_leader() {
    JsonNode loads = JSON.valueToTree(new PlacerWire.Loads("acme", List.of(), Map.of()));
    JsonNode asked = JSON.valueToTree(PlacerWire.Asked.of(container));

    assertThat(loads.has("wished")).isFalse();
    assertThat(asked.has("replaced")).isFalse();
  }

  @Test
  void what_a_newer_manager_says_besides_is_passed_over() throws IOException {
    ObjectNode loads =
        JSON.valueToTree(new PlacerWire.Loads("acme", List.of(Placers.H1.value()), Map.of()));

    assertThat(ask(PlacerWire.SPREAD, loads.put("newer", "word"))).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"tenant\":", "[]", "{\"tenant\":{\"name\":\"acme\"}}", "\"\""})
  void what_cannot_be_read_is_answered(String body) throws IOException {
    PlacerDesk.Answer answer = desk.answer(PlacerWire.SPREAD, MANAGER, body.getBytes(UTF_8));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("run the same version of all");
  }

  @Test
  void what_its_manager_neither_records_nor_speaks_of_is_taken_back() throws IOException {
    ask(PlacerWire.PLACE, PlacerWire.Asked.of(container));
    ask(PlacerWire.TAKE, new PlacerWire.Thing("acme", "VOLUMES", "a".repeat(32)));

    pass(PlacerDesk.UNSPOKEN);
    assertThat(used(Quantity.CONTAINERS)).isEqualTo(1);
    pass(Duration.ofSeconds(1));

    assertThat(used(Quantity.CONTAINERS)).isZero();
    assertThat(used(Quantity.VOLUMES)).isZero();
    assertThat(placer.isReserved(Placers.H1)).isFalse();
  }

  @Test
  void what_its_manager_speaks_of_stays() throws IOException {
    ask(PlacerWire.PLACE, PlacerWire.Asked.of(container));
    ask(PlacerWire.PLACE, PlacerWire.Asked.of(build));
    PlacerWire.Held held =
        new PlacerWire.Held(
            List.of(container.id().value()),
            List.of(new PlacerWire.Build(PlacerWire.Asked.of(build), "h1")));

    for (int i = 0; i < 20; i++) {
      pass(ForwardingPlacer.REMINDER);
      assertThat(ask(PlacerWire.HELD, held)).isEqualTo(200);
    }

    assertThat(used(Quantity.CONTAINERS)).isEqualTo(1);
    assertThat(used(Quantity.BUILDS)).isEqualTo(1);
  }

  @Test
  void what_is_recorded_stays() throws Exception {
    ask(PlacerWire.PLACE, PlacerWire.Asked.of(container));
    records.create(Placers.record(container, Placers.H1));

    pass(PlacerDesk.UNSPOKEN.multipliedBy(2));

    assertThat(used(Quantity.CONTAINERS)).isEqualTo(1);
  }

  @Test
  void a_build_that_another_leader_let_by_counts_until_its_manager_dies() throws IOException {
    PlacerWire.Held held =
        new PlacerWire.Held(
            List.of(), List.of(new PlacerWire.Build(PlacerWire.Asked.of(build), "h1")));

    assertThat(ask(PlacerWire.HELD, held)).isEqualTo(200);
    assertThat(used(Quantity.BUILDS)).isEqualTo(1);
    desk.managerLeft(MANAGER);

    assertThat(used(Quantity.BUILDS)).isZero();
  }

  @Test
  void who_does_not_lead_holds_nothing() throws IOException {
    placer.end();

    assertThat(ask(PlacerWire.HELD, new PlacerWire.Held(List.of(), List.of()))).isEqualTo(503);
  }
}

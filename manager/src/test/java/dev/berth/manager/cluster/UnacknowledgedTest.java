package dev.berth.manager.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.ContainerId;
import dev.berth.common.id.ContainerName;
import dev.berth.common.id.Epoch;
import dev.berth.common.id.Labels;
import dev.berth.common.id.RecordId;
import dev.berth.common.record.ContainerRecord;
import dev.berth.common.record.Paths;
import dev.berth.common.wire.FeedMessage;
import dev.berth.manager.tenant.MovableClock;
import dev.berth.manager.tenant.ZooKeeperFixture;
import dev.berth.manager.view.Events;
import dev.berth.manager.view.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

final class UnacknowledgedTest {
  private static final ContainerId MADE = new ContainerId("c".repeat(64));

  @RegisterExtension private static final ZooKeeperFixture ZOOKEEPER = new ZooKeeperFixture();

  private final View view = new View(new MovableClock(), new Events());
  private final List<ContainerId> removed = new ArrayList<>();
  private ContainerRecords records;
  private ContainerRecords elsewhere;
  private LeaderPlacer placer;
  private Unacknowledged keeper;

  /** The records here are never told of anything: ZooKeeper's news is late. */
  @BeforeEach
  void lead(TestInfo test) throws Exception {
    CuratorFramework zookeeper = ZOOKEEPER.fresh(test.getTestMethod().orElseThrow().getName());
    Placers.makeEpoch(zookeeper);
    zookeeper.create().creatingParentsIfNeeded().forPath(Paths.CONTAINERS);
    records = new ContainerRecords(zookeeper);
    elsewhere = new ContainerRecords(zookeeper);
    placer = Placers.over(zookeeper, records);
    keeper =
        new Unacknowledged(
            view,
            records,
            placer::canBeReserved,
            (_, container) -> {
              removed.add(container);
              return new EngineAnswer(204, new byte[0]);
            });
    Placers.lead(placer);
    view.hostJoined(Placers.host(Placers.H1).descriptor());
  }

  @AfterEach
  void close() {
    records.close();
    elsewhere.close();
  }

  private void show(RecordId record, String state) {
    show(Map.of(Labels.TENANT, Placers.TENANT.value(), Labels.RECORD, record.value()), state);
  }

  private void show(Map<String, String> labels, String state) {
    ObjectNode summary =
        JsonNodeFactory.instance.objectNode().put("Id", MADE.value()).put("State", state);
    labels.forEach(summary.putObject("Labels")::put);
    ObjectNode detail = new JsonMapper().createObjectNode();
    detail.putObject("State").put("Status", state);
    view.apply(
        Placers.H1,
        new FeedMessage.Snapshot(
            1,
            List.of(new FeedMessage.ContainerState(summary, detail)),
            List.of(),
            List.of(),
            List.of()));
  }

  private List<ContainerId> cleared() {
    keeper.keep(Epoch.NONE, _ -> true);
    return removed;
  }

  @Test
  void a_container_of_another_manager_whose_record_is_not_known_here_yet_stays() throws Exception {
    Placer.Wanted wanted = Placers.wanted(Placer.Kind.CONTAINER, "made");
    placer.place(wanted);
    ContainerRecord pending = Placers.record(wanted, Placers.H1);
    elsewhere.create(pending);
    elsewhere.settle(pending, MADE.value());
    show(wanted.id(), "created");

    assertThat(records.find(wanted.id())).isEmpty();
    assertThat(cleared()).isEmpty();
  }

  @Test
  void its_record_is_enough_whatever_its_name_is_by_now() throws Exception {
    Placer.Wanted wanted = Placers.wanted(Placer.Kind.CONTAINER, "made");
    placer.place(wanted);
    ContainerRecord pending = Placers.record(wanted, Placers.H1);
    elsewhere.create(pending);
    elsewhere.settle(pending, MADE.value());
    elsewhere.rename(pending.settled(MADE.value()), new ContainerName("renamed"));
    show(wanted.id(), "created");

    placer.takeBack(wanted.id());

    assertThat(placer.canBeReserved(wanted.id())).isFalse();
    assertThat(cleared()).isEmpty();
  }

  @Test
  void one_that_nobody_is_about_goes() throws Exception {
    Placer.Wanted wanted = Placers.wanted(Placer.Kind.CONTAINER, "made");
    placer.place(wanted);
    show(wanted.id(), "created");
    placer.release(wanted.id());

    assertThat(cleared()).containsExactly(MADE);
  }

  @Test
  void what_a_death_left_of_a_copy_of_a_volume_goes_though_it_is_no_tenant_s() {
    show(Map.of(Labels.RECORD, RecordId.random().value()), "created");

    assertThat(cleared()).containsExactly(MADE);
  }

  @Test
  void one_that_ever_ran_is_left_to_the_operator() {
    show(RecordId.random(), "exited");

    assertThat(cleared()).isEmpty();
  }

  @Test
  void who_does_not_lead_takes_nothing_for_nobody_s() {
    show(RecordId.random(), "created");
    placer.end();

    assertThat(cleared()).isEmpty();
  }

  @Test
  void one_on_a_host_that_may_still_serve_a_former_leader_stays() {
    show(RecordId.random(), "created");

    keeper.keep(Epoch.NONE, _ -> false);

    assertThat(removed).isEmpty();
  }

  @Test
  void a_second_one_of_a_record_that_is_settled_goes() throws Exception {
    Placer.Wanted wanted = Placers.wanted(Placer.Kind.CONTAINER, "made");
    placer.place(wanted);
    ContainerRecord pending = Placers.record(wanted, Placers.H1);
    records.create(pending);
    show(wanted.id(), "created");
    view.recordPut(records.find(wanted.id()).orElseThrow());
    assertThat(cleared()).isEmpty();

    records.settle(pending, "d".repeat(64));
    view.recordPut(records.find(wanted.id()).orElseThrow());

    assertThat(cleared()).containsExactly(MADE);
  }
}

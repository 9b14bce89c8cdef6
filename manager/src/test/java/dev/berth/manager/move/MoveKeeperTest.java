package dev.berth.manager.move;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.ContainerName;
import dev.berth.common.id.Epoch;
import dev.berth.common.id.HostId;
import dev.berth.common.id.Labels;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.common.record.ContainerRecord;
import dev.berth.common.record.HostDescriptor;
import dev.berth.common.record.Paths;
import dev.berth.common.record.Records;
import dev.berth.common.wire.FeedMessage;
import dev.berth.manager.cluster.ContainerRecords;
import dev.berth.manager.cluster.HostRegister;
import dev.berth.manager.cluster.Hosts;
import dev.berth.manager.tenant.MovableClock;
import dev.berth.manager.tenant.ZooKeeperFixture;
import dev.berth.manager.view.Events;
import dev.berth.manager.view.View;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of the marks of moves where no news of any record has come. */
final class MoveKeeperTest {
  private static final TenantId TENANT = new TenantId("acme");
  private static final String ENGINE_ID = "c".repeat(64);

  @RegisterExtension private static final ZooKeeperFixture ZOOKEEPER = new ZooKeeperFixture();

  private final View view = new View(new MovableClock(), new Events());
  private final RecordId id = RecordId.random();
  private CuratorFramework zookeeper;
  private ContainerRecords records;
  private RecordSet stopped;
  private RecordSet replaced;
  private RecordSet handed;
  private MoveKeeper keeper;

  @BeforeEach
  void start(TestInfo test) throws Exception {
    zookeeper = ZOOKEEPER.fresh(test.getTestMethod().orElseThrow().getName());
    records = new ContainerRecords(zookeeper);
    stopped = new RecordSet(zookeeper, Paths.STOPPED);
    replaced = new RecordSet(zookeeper, Paths.REPLACED);
    handed = new RecordSet(zookeeper, Paths.HANDED_OVER);
    Hosts hosts =
        new Hosts(
            zookeeper,
            new HostRegister(zookeeper),
            host -> {
              throw new IOException("there is no host " + host.id());
            },
            view,
            () -> Epoch.NONE);
    keeper =
        new MoveKeeper(
            hosts,
            records,
            view,
            null,
            new MovesUnderWay(),
            stopped,
            new RecordSet(zookeeper, Paths.FOLLOWING),
            replaced,
            handed,
            new RecordSet(zookeeper, Paths.DEPARTING),
            _ -> false);
  }

  @AfterEach
  void close() {
    records.close();
  }

  private void record(String name) throws Exception {
    ContainerRecord record =
        new ContainerRecord(
            id.value(),
            TENANT.value(),
            name,
            "h1",
            ContainerRecord.State.SETTLED,
            ENGINE_ID,
            7,
            0,
            JsonNodeFactory.instance.objectNode());
    zookeeper
        .create()
        .creatingParentsIfNeeded()
        .forPath(Paths.container(TENANT, new ContainerName(name)), Records.write(record));
  }

  private void showOnHost() {
    view.hostJoined(
        new HostDescriptor(
            "h1",
            "h1",
            "127.0.0.1",
            1,
            "20.10.24",
            "1.41",
            "1.12",
            4,
            1L << 30,
            "overlay2",
            "Debian",
            "linux",
            "x86_64",
            "6.1.0",
            "",
            Map.of()));
    ObjectNode summary =
        JsonNodeFactory.instance.objectNode().put("Id", ENGINE_ID).put("State", "running");
    summary.putObject("Labels").put(Labels.TENANT, TENANT.value()).put(Labels.RECORD, id.value());
    ObjectNode detail = JsonNodeFactory.instance.objectNode();
    detail.putObject("State").put("Status", "running");
    view.apply(
        new HostId("h1"),
        new FeedMessage.Snapshot(
            1,
            List.of(new FeedMessage.ContainerState(summary, detail)),
            List.of(),
            List.of(),
            List.of()));
  }

  private void keep() {
    keeper.keep(Epoch.NONE, _ -> true);
  }

  @Test
  void one_that_is_recorded_after_all_is_not_taken_for_replaced_any_more() throws Exception {
    record("renamed");
    showOnHost();
    replaced.add(id);

    keep();

    assertThat(replaced.contains(id)).isFalse();
  }

  @Test
  void one_that_was_replaced_is_marked_until_it_is_removed() throws Exception {
    showOnHost();
    replaced.add(id);

    keep();

    assertThat(replaced.contains(id)).isTrue();
  }

  @Test
  void one_that_is_to_run_again_is_so_as_long_as_it_is_recorded() throws Exception {
    record("web");
    stopped.add(id);

    keep();

    assertThat(stopped.contains(id)).isTrue();
  }

  @Test
  void one_that_is_recorded_no_more_is_not_to_run_again() throws Exception {
    stopped.add(id);

    keep();

    assertThat(stopped.contains(id)).isFalse();
  }

  @Test
  void what_was_handed_over_is_kept_while_its_successor_has_a_passing_name() throws Exception {
    record(MoveMark.passing(new ContainerName("web")).value());
    RecordId old = RecordId.random();
    handed.add(old);

    keep();

    assertThat(handed.contains(old)).isTrue();
  }
}

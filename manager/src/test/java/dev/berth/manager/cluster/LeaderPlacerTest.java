package dev.berth.manager.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.ContainerName;
import dev.berth.common.id.Labels;
import dev.berth.common.record.ContainerRecord;
import dev.berth.manager.tenant.ZooKeeperFixture;
import dev.berth.scheduler.quota.Quantity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

final class LeaderPlacerTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @RegisterExtension private static final ZooKeeperFixture ZOOKEEPER = new ZooKeeperFixture();

  private CuratorFramework zookeeper;
  private ContainerRecords records;
  private ContainerRecords elsewhere;
  private LeaderPlacer placer;

  @BeforeEach
  void lead(TestInfo test) throws Exception {
    zookeeper = ZOOKEEPER.fresh(test.getTestMethod().orElseThrow().getName());
    Placers.makeEpoch(zookeeper);
    records = new ContainerRecords(zookeeper);
    elsewhere = new ContainerRecords(zookeeper);
    placer = Placers.over(zookeeper, records);
    records.start();
    elsewhere.start();
    Placers.lead(placer);
  }

  @AfterEach
  void close() {
    records.close();
    elsewhere.close();
  }

  private long containers() {
    return Placers.used(placer, Quantity.CONTAINERS);
  }

  private ContainerRecord placed(String name) throws Exception {
    Placer.Wanted wanted = Placers.wanted(Placer.Kind.CONTAINER, name);
    ContainerRecord record = Placers.record(wanted, placer.place(wanted).place().host());
    elsewhere.create(record);
    await().atMost(SOON).until(() -> records.find(wanted.id()).isPresent());
    return record;
  }

  @Test
  void who_asks_once_more_has_one_place() throws Exception {
    Placer.Wanted wanted = Placers.wanted(Placer.Kind.CONTAINER, "web");

    placer.place(wanted);
    placer.place(wanted);

    assertThat(containers()).isEqualTo(1);
    placer.release(wanted.id());
    assertThat(containers()).isZero();
    assertThat(placer.isReserved(Placers.H1)).isFalse();
  }

  @Test
  void a_container_goes_only_to_a_host_of_the_platform_that_it_asks_for() throws Exception {
    Placer.Wanted mismatched = Placers.wanted(Placer.Kind.CONTAINER, "arm");
    mismatched.body().putObject("Labels").put(Labels.PLATFORM, "linux/arm64");
    Placer.Wanted matched = Placers.wanted(Placer.Kind.CONTAINER, "amd");
    matched.body().putObject("Labels").put(Labels.PLATFORM, "linux/amd64");

    assertThatThrownBy(() -> placer.place(mismatched))
        .isInstanceOf(RefusedPlacementException.class)
        .hasMessageContaining("[platform linux/arm64]");
    assertThat(placer.place(matched).place().host()).isEqualTo(Placers.H1);
  }

  @Test
  void what_is_explained_has_its_open_ports_and_leaves_nothing() throws Exception {
    Placer.Wanted wanted = Placers.wanted(Placer.Kind.CONTAINER, "web");
    ObjectNode bindings = wanted.body().withObject("/HostConfig/PortBindings");
    bindings.putArray("80/tcp").addObject().put("HostPort", "20000-20001");
    Placer.Wanted first = asking(Placers.wanted(Placer.Kind.CONTAINER, "first"), wanted.body());
    Placer.Wanted second = asking(Placers.wanted(Placer.Kind.CONTAINER, "second"), wanted.body());

    assertThat(placer.explain(wanted).isPlaced()).isTrue();
    placer.place(first);
    assertThat(placer.explain(wanted).isPlaced()).isTrue();
    placer.place(second);

    Explanation full = placer.explain(wanted);
    assertThat(full.isPlaced()).isFalse();
    assertThat(full.message()).contains("all ports from 20000 to 20001 are in use");
    assertThat(full.hosts()).extracting(Explanation.Host::fate).containsExactly("possible");
    assertThat(Placers.used(placer, Quantity.PORTS)).isEqualTo(2);
    assertThat(containers()).isEqualTo(2);
  }

  private static Placer.Wanted asking(Placer.Wanted other, ObjectNode body) {
    return new Placer.Wanted(
        other.kind(),
        other.id(),
        other.tenant(),
        other.name(),
        body.deepCopy(),
        other.hints(),
        other.boundTo());
  }

  @Test
  void what_is_recorded_keeps_its_place() throws Exception {
    Placer.Wanted wanted = Placers.wanted(Placer.Kind.CONTAINER, "web");
    records.create(Placers.record(wanted, placer.place(wanted).place().host()));

    assertThatThrownBy(() -> placer.place(wanted))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is recorded");
    assertThat(containers()).isEqualTo(1);
  }

  @Test
  void a_container_is_counted_where_its_record_says_that_it_is() throws Exception {
    placer.hostJoined(Placers.host(Placers.H2));
    Placer.Wanted wanted =
        Placers.boundTo(Placers.H1, Placers.wanted(Placer.Kind.CONTAINER, "web"));
    placer.place(wanted);

    elsewhere.create(Placers.record(wanted, Placers.H2));

    await().atMost(SOON).until(() -> placer.isReserved(Placers.H2));
    assertThat(placer.isReserved(Placers.H1)).isFalse();
    assertThat(containers()).isEqualTo(1);
  }

  @Test
  void a_rename_at_another_manager_gives_nothing_back() throws Exception {
    ContainerRecord record = placed("web");

    for (int i = 0; i < 10; i++) {
      elsewhere.rename(record, new ContainerName("web" + i));
      record = record.renamed("web" + i);
    }

    await().atMost(SOON).until(() -> records.all().stream().anyMatch(r -> r.name().equals("web9")));
    await().during(Duration.ofSeconds(2)).atMost(SOON).until(() -> containers() == 1);
    assertThat(placer.isReserved(Placers.H1)).isTrue();
  }

  @Test
  void what_another_manager_removed_is_given_back_though_it_does_not_say_so() throws Exception {
    ContainerRecord record = placed("web");

    elsewhere.remove(record);

    await().atMost(SOON).until(() -> containers() == 0);
    assertThat(placer.isReserved(Placers.H1)).isFalse();
  }

  @Test
  void what_is_recorded_or_renamed_while_a_term_begins_is_counted() throws Exception {
    int before = 200;
    int all = 400;
    List<ContainerRecord> first = record("first", before);
    placer.end();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> busy = new ArrayList<>();
      busy.add(threads.submit(() -> record("late", (all - before) / 2)));
      busy.add(threads.submit(() -> record("later", (all - before) / 2)));
      busy.add(threads.submit(() -> rename(first)));
      await().atMost(SOON).until(() -> records.all().size() > before);
      Placers.lead(placer);
      for (Future<?> each : busy) {
        each.get();
      }
    }

    await().atMost(SOON).until(() -> records.all().size() == all);
    await().atMost(SOON).untilAsserted(() -> assertThat(containers()).isEqualTo(all));
  }

  @Test
  void what_ZooKeeper_has_is_counted_by_a_new_leader_that_has_no_news_of_it_yet() throws Exception {
    placed("web");
    try (ContainerRecords untold = new ContainerRecords(zookeeper)) {
      LeaderPlacer next = Placers.over(zookeeper, untold);

      Placers.lead(next);

      assertThat(Placers.used(next, Quantity.CONTAINERS)).isEqualTo(1);
      assertThat(next.isReserved(Placers.H1)).isTrue();
    }
  }

  private List<ContainerRecord> record(String name, int count) throws Exception {
    List<ContainerRecord> made = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Placer.Wanted wanted = Placers.wanted(Placer.Kind.CONTAINER, name + i);
      made.add(Placers.record(wanted, Placers.H1));
      elsewhere.create(made.getLast());
    }
    return made;
  }

  private Void rename(List<ContainerRecord> some) throws Exception {
    for (ContainerRecord record : some) {
      elsewhere.rename(record, new ContainerName("other-" + record.name()));
    }
    return null;
  }

  @Test
  void a_build_goes_on_being_counted_under_another_leader() throws Exception {
    Placer.Wanted build = Placers.wanted(Placer.Kind.BUILD, "");

    placer.hold(build, Placers.H1);
    placer.hold(build, Placers.H1);

    assertThat(Placers.used(placer, Quantity.BUILDS)).isEqualTo(1);
    assertThat(placer.isReserved(Placers.H1)).isTrue();
    placer.end();
    assertThatThrownBy(() -> placer.hold(build, Placers.H1)).isInstanceOf(NoLeaderException.class);
  }
}

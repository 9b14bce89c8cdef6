package dev.berth.manager.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.common.id.ContainerName;
import dev.berth.common.id.Epoch;
import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.common.record.Claim;
import dev.berth.common.record.ContainerRecord;
import dev.berth.common.record.HostRecord;
import dev.berth.common.record.NetworkRecord;
import dev.berth.common.record.Paths;
import dev.berth.common.record.Records;
import dev.berth.common.record.VolumeRecord;
import dev.berth.manager.tenant.MovableClock;
import dev.berth.manager.tenant.ZooKeeperFixture;
import dev.berth.manager.view.Events;
import dev.berth.manager.view.View;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is left of hosts that were removed; the register here has no news of any host. */
final class HomelessTest {
  private static final Duration LATER = Duration.ofMinutes(4);

  @RegisterExtension private static final ZooKeeperFixture ZOOKEEPER = new ZooKeeperFixture();

  private final MovableClock clock = new MovableClock();
  private final List<String> forgotten = new ArrayList<>();
  private CuratorFramework zookeeper;
  private HostRegister register;
  private ContainerRecords records;
  private Claims<VolumeRecord> volumes;
  private Claims<VolumeRecord> elsewhere;
  private Homeless keeper;

  @BeforeEach
  void start(TestInfo test) throws Exception {
    zookeeper = ZOOKEEPER.fresh(test.getTestMethod().orElseThrow().getName());
    Placers.makeEpoch(zookeeper);
    register = new HostRegister(zookeeper);
    records = new ContainerRecords(zookeeper);
    volumes = new Claims<>(zookeeper, Paths.VOLUMES, VolumeRecord.class, VolumeRecord::name);
    elsewhere = new Claims<>(zookeeper, Paths.VOLUMES, VolumeRecord.class, VolumeRecord::name);
    keeper =
        new Homeless(
            register, records, List.of(volumes), record -> forgotten.add(record.name()), clock);
  }

  @AfterEach
  void close() {
    register.close();
    records.close();
    volumes.close();
    elsewhere.close();
  }

  private void join(HostId host) throws Exception {
    zookeeper
        .create()
        .creatingParentsIfNeeded()
        .forPath(
            Paths.host(host),
            Records.write(HostRecord.joined(host.value(), host.value(), 7, Map.of())));
  }

  private void makeContainer(String name, HostId host) throws Exception {
    Placer.Wanted wanted = Placers.wanted(Placer.Kind.CONTAINER, name);
    ContainerRecord some = Placers.record(wanted, host);
    records.create(
        new ContainerRecord(
            some.id(),
            some.tenant(),
            some.name(),
            some.host(),
            some.state(),
            "",
            clock.millis(),
            0,
            some.spec()));
  }

  private VolumeRecord volume(String name, HostId host) {
    return new VolumeRecord(
        RecordId.random().value(),
        Placers.TENANT.value(),
        name,
        host.value(),
        Claim.State.SETTLED,
        false,
        Map.of(),
        clock.millis(),
        0);
  }

  private void keep() {
    keeper.keep(Epoch.NONE, _ -> true);
  }

  @Test
  void what_was_recorded_on_a_host_that_is_no_more_is_forgotten() throws Exception {
    join(Placers.H2);
    makeContainer("gone", Placers.H1);
    makeContainer("stays", Placers.H2);
    volumes.create(volume("gone", Placers.H1));
    volumes.create(volume("stays", Placers.H2));
    clock.advance(LATER);

    keep();

    assertThat(forgotten).containsExactly("gone");
    assertThat(volumes.readAll()).extracting(VolumeRecord::name).containsExactly("stays");
  }

  @Test
  void what_is_just_being_made_is_left_to_who_makes_it() throws Exception {
    makeContainer("new", Placers.H1);
    volumes.create(volume("new", Placers.H1));

    keep();

    assertThat(forgotten).isEmpty();
    assertThat(volumes.readAll()).hasSize(1);
  }

  @Test
  void a_volume_that_has_left_a_host_in_time_stays() throws Exception {
    VolumeRecord volume = volume("data", Placers.H1);
    volumes.create(volume);
    elsewhere.update(volume.at(Placers.H2.value()));
    clock.advance(LATER);

    keep();

    assertThat(volumes.readAll()).extracting(VolumeRecord::host).containsExactly("h2");
  }

  @Test
  void a_removal_takes_what_another_manager_has_just_recorded() throws Exception {
    elsewhere.create(volume("gone", Placers.H1));
    elsewhere.create(volume("stays", Placers.H2));
    Claims<NetworkRecord> none =
        new Claims<>(zookeeper, Paths.NETWORKS, NetworkRecord.class, NetworkRecord::name);

    new HostRemoval(register, records, null, volumes, none, none, new View(clock, new Events()))
        .remove(Placers.H1);

    assertThat(volumes.readAll()).extracting(VolumeRecord::name).containsExactly("stays");
  }

  @Test
  void only_what_is_still_so_is_current() throws Exception {
    VolumeRecord volume = volume("data", Placers.H1);
    volumes.create(volume);
    assertThat(volumes.isCurrent(volume)).isTrue();

    elsewhere.update(volume.at(Placers.H2.value()));

    assertThat(volumes.find(Placers.TENANT, "data")).contains(volume);
    assertThat(volumes.isCurrent(volume)).isFalse();
  }

  @Test
  void a_record_is_found_whatever_its_name_is_by_now() throws Exception {
    makeContainer("web", Placers.H1);
    ContainerRecord record = records.all().iterator().next();
    try (ContainerRecords other = new ContainerRecords(zookeeper)) {
      other.rename(record, new ContainerName("renamed"));
      RecordsNow now = records.now();

      assertThat(now.find(Placers.TENANT, new RecordId(record.id())))
          .map(ContainerRecord::name)
          .contains("renamed");
      assertThat(now.contains(RecordId.random())).isFalse();
    }
  }
}

package dev.berth.manager.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.common.record.HostRecord;
import dev.berth.common.record.Paths;
import dev.berth.common.record.Records;
import dev.berth.manager.tenant.ZooKeeperFixture;
import dev.berth.scheduler.Extras;
import dev.berth.scheduler.ResourceKind;
import dev.berth.scheduler.quota.Quantity;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Devices that containers ask for by name: where they may be, and what is counted. */
final class DevicesTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String FUSE = "/dev/fuse";
  private static final String CDI = "vendor.com/class=one";
  private static final String DECLARED = "%s=1,%s=1".formatted(FUSE, CDI);

  @RegisterExtension private static final ZooKeeperFixture ZOOKEEPER = new ZooKeeperFixture();

  private static int tests;

  private CuratorFramework zookeeper;
  private ContainerRecords records;
  private HostRegister register;
  private LeaderPlacer placer;

  @BeforeEach
  void lead() throws Exception {
    zookeeper = ZOOKEEPER.fresh("devices-" + ++tests);
    Placers.makeEpoch(zookeeper);
    records = new ContainerRecords(zookeeper);
    register = new HostRegister(zookeeper);
    placer = Placers.over(zookeeper, records, register);
    register.listen(placer::hostChanged);
    records.start();
    register.start();
    Placers.lead(placer);
  }

  @AfterEach
  void close() {
    register.close();
    records.close();
  }

  private static JsonNode json(String text) {
    try {
      return new JsonMapper().readTree(text.replace('\'', '"'));
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static Placer.Wanted wanted(String device) {
    ObjectNode body = Placers.body();
    ObjectNode host = body.withObject("HostConfig");
    if (device.startsWith("/")) {
      host.putArray("Devices").addObject().put("PathOnHost", device);
    } else {
      host.putArray("DeviceRequests")
          .addObject()
          .put("Driver", "cdi")
          .putArray("DeviceIDs")
          .add(device);
    }
    return new Placer.Wanted(
        Placer.Kind.CONTAINER,
        RecordId.random(),
        Placers.TENANT,
        "web",
        body,
        PlacementHints.NONE,
        Set.of());
  }

  private HostId place(Placer.Wanted wanted) throws Exception {
    return placer.place(wanted).place().host();
  }

  private void declare(HostId host, String resources) {
    placer.hostJoined(Placers.host(host, Map.of(HostResources.LABEL, resources)));
  }

  /** The operator does, whether its agent is there or not. */
  private void giveLabel(HostId host, String resources) throws Exception {
    HostRecord given =
        HostRecord.joined(host.value(), "host", 7, Map.of(HostResources.LABEL, resources));
    zookeeper
        .create()
        .orSetData()
        .creatingParentsIfNeeded()
        .forPath(Paths.host(host), Records.write(given));
    await().atMost(SOON).until(() -> register.find(host).filter(given::equals).isPresent());
  }

  private void assertRefused(Placer.Wanted wanted) {
    assertThatThrownBy(() -> placer.place(wanted))
        .isInstanceOf(RefusedPlacementException.class)
        .hasMessageContaining("too little is left of");
  }

  @Test
  void each_device_is_asked_for_once_however_often_it_is_named() {
    assertThat(
            Devices.asked(
                json(
                    "{'HostConfig':{'Devices':[{'PathOnHost':'/dev/a'},{'PathOnHost':'/dev/a'},"
                        + "{'PathOnHost':'/dev/b'},{'PathOnHost':''},{}],"
                        + "'DeviceRequests':[{'Driver':'cdi','DeviceIDs':['v.com/c=d','0']},"
                        + "{'Count':2,'Capabilities':[['gpu']]}]}}")))
        .isEqualTo(
            new Extras(
                Map.of(
                    new ResourceKind("/dev/a"),
                    1L,
                    new ResourceKind("/dev/b"),
                    1L,
                    new ResourceKind("v.com/c=d"),
                    1L)));
    assertThat(Devices.asked(json("{'HostConfig':{'Devices':null}}"))).isEqualTo(Extras.NONE);
  }

  @Test
  void a_path_that_no_host_can_declare_is_not_counted() {
    String path = "/" + "x".repeat(ResourceKind.MAX_CHARS);

    assertThat(
            Devices.asked(json("{'HostConfig':{'Devices':[{'PathOnHost':'%s'}]}}".formatted(path))))
        .isEqualTo(Extras.NONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {FUSE, CDI})
  void a_container_lands_where_its_device_is_declared_and_as_many_as_are_left(String device)
      throws Exception {
    declare(Placers.H2, DECLARED);
    Placer.Wanted first = wanted(device);

    assertThat(place(first)).isEqualTo(Placers.H2);
    assertRefused(wanted(device));
    assertThat(placer.explain(wanted(device)).hosts())
        .extracting(Explanation.Host::reason)
        .containsExactly(
            "1 of %s asked for, it declares none".formatted(device),
            "1 of %s asked for, 1 of 1 reserved".formatted(device));

    placer.release(first.id());
    assertThat(place(wanted(device))).isEqualTo(Placers.H2);
  }

  @Test
  void a_device_that_no_host_declares_is_had_anywhere_by_any_number() throws Exception {
    place(wanted(FUSE));
    place(wanted(FUSE));

    assertThat(Placers.used(placer, Quantity.CONTAINERS)).isEqualTo(2);
    assertThat(placer.explain(wanted(FUSE)).isPlaced()).isTrue();
  }

  @Test
  void who_had_a_device_before_it_was_declared_has_one_of_those() throws Exception {
    Placer.Wanted before = wanted(FUSE);
    place(before);

    declare(Placers.H1, DECLARED);

    assertRefused(wanted(FUSE));
    placer.release(before.id());
    assertThat(place(wanted(FUSE))).isEqualTo(Placers.H1);
  }

  @Test
  void a_host_that_is_away_keeps_its_device_from_being_had_elsewhere() throws Exception {
    giveLabel(Placers.H2, DECLARED);
    placer.hostJoined(Placers.host(Placers.H2));
    placer.hostLeft(Placers.H2);

    assertRefused(wanted(FUSE));
  }

  @Test
  void a_device_that_is_taken_from_a_host_while_it_is_away_is_declared_no_more() throws Exception {
    giveLabel(Placers.H2, DECLARED);
    placer.hostJoined(Placers.host(Placers.H2));
    placer.hostLeft(Placers.H2);
    assertRefused(wanted(FUSE));

    register.change(Placers.H2, record -> record.with(Map.of()));

    assertThat(place(wanted(FUSE))).isEqualTo(Placers.H1);
  }

  @Test
  void a_device_that_an_engine_declares_itself_is_declared_while_it_is_there() throws Exception {
    declare(Placers.H2, DECLARED);
    assertThat(place(wanted(CDI))).isEqualTo(Placers.H2);
    assertRefused(wanted(CDI));

    placer.hostLeft(Placers.H2);

    assertThat(place(wanted(CDI))).isEqualTo(Placers.H1);
  }

  @Test
  void a_device_is_declared_while_any_host_declares_it() throws Exception {
    declare(Placers.H1, DECLARED);
    declare(Placers.H2, DECLARED);
    declare(Placers.H2, DECLARED);
    placer.hostLeft(Placers.H2);
    place(wanted(FUSE));
    assertRefused(wanted(FUSE));

    placer.hostJoined(Placers.host(Placers.H1));

    assertThat(place(wanted(FUSE))).isEqualTo(Placers.H1);
  }

  @Test
  void containers_go_together_where_as_many_devices_are_left_or_where_none_are_declared()
      throws Exception {
    placer.hostJoined(Placers.host(Placers.H2));
    List<Placer.Wanted> both = List.of(wanted(FUSE), wanted(FUSE));
    assertThat(placer.together(both, Placers.H1)).contains(Placers.H2);

    declare(Placers.H2, FUSE + "=1");
    assertThat(placer.together(both, Placers.H1)).isEmpty();

    declare(Placers.H2, FUSE + "=2");
    assertThat(placer.together(both, Placers.H1)).contains(Placers.H2);
  }

  @Test
  void a_device_counts_that_an_operator_has_given_to_a_host_not_seen_yet() throws Exception {
    giveLabel(Placers.H2, DECLARED);
    assertRefused(wanted(FUSE));

    placer.end();
    Placers.lead(placer);
    assertRefused(wanted(FUSE));
  }

  @Test
  void another_leader_counts_what_records_say() throws Exception {
    declare(Placers.H1, DECLARED);
    Placer.Wanted first = wanted(FUSE);
    records.create(Placers.record(first, place(first)));

    placer.end();
    Placers.lead(placer);
    declare(Placers.H1, DECLARED);

    await().atMost(SOON).until(() -> placer.isReserved(Placers.H1));
    assertRefused(wanted(FUSE));
    assertThat(placer.reservedBesides(Placers.H1).of(new ResourceKind(FUSE))).isEqualTo(1);
    assertThat(Placers.used(placer, Quantity.DEVICES)).isEqualTo(1);
  }
}

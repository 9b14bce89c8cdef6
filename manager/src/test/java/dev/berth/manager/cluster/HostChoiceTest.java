package dev.berth.manager.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.common.id.HostId;
import dev.berth.common.id.RecordId;
import dev.berth.common.id.TenantId;
import dev.berth.manager.tenant.Allotment;
import dev.berth.manager.tenant.ZooKeeperFixture;
import dev.berth.scheduler.Pressure;
import dev.berth.scheduler.quota.Quota;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which of several hosts the leader chooses: volumes and networks, and groups, besides others. */
final class HostChoiceTest {
  private static final HostId H1 = Placers.H1;
  private static final HostId H2 = Placers.H2;
  private static final HostId H3 = new HostId("h3");

  @RegisterExtension private static final ZooKeeperFixture ZOOKEEPER = new ZooKeeperFixture();

  private final Map<HostId, Pressure> pressure = new HashMap<>();
  private final Map<TenantId, Allotment> allotments = new HashMap<>();
  private ContainerRecords records;
  private LeaderPlacer placer;

  @BeforeEach
  void lead(TestInfo test) throws Exception {
    CuratorFramework zookeeper = ZOOKEEPER.fresh(test.getTestMethod().orElseThrow().getName());
    Placers.makeEpoch(zookeeper);
    records = new ContainerRecords(zookeeper);
    placer =
        Placers.over(
            zookeeper,
            records,
            new HostRegister(zookeeper),
            host -> pressure.getOrDefault(host, Pressure.NONE),
            tenant -> allotments.getOrDefault(tenant, Allotment.NONE));
    records.start();
    Placers.lead(placer);
  }

  @AfterEach
  void close() {
    records.close();
  }

  private void hosts(Map<HostId, Map<String, String>> labels) {
    labels.forEach((id, own) -> placer.hostJoined(Placers.host(id, own)));
  }

  private void keep(String... constraints) {
    allotments.put(
        Placers.TENANT,
        new Allotment(
            Quota.NONE,
            Optional.empty(),
            Optional.empty(),
            Allotment.constraints(List.of(constraints))));
  }

  private HostId spread(List<HostId> wished, Map<String, Integer> loads) throws Exception {
    return placer.spread(Placers.TENANT, wished, loads).host();
  }

  @Test
  void a_volume_or_network_goes_to_a_pressed_host_when_no_calm_one_is_there() throws Exception {
    pressure.put(H1, Pressure.AVOID);
    hosts(Map.of(H1, Map.of(), H2, Map.of()));

    assertThat(spread(List.of(), Map.of("h2", 5))).isEqualTo(H2);

    pressure.put(H2, Pressure.REFUSE);
    hosts(Map.of(H2, Map.of()));
    assertThat(spread(List.of(), Map.of("h1", 5))).isEqualTo(H1);
  }

  @Test
  void a_network_goes_rather_to_a_pressed_host_than_to_one_where_its_addresses_are_taken()
      throws Exception {
    pressure.put(H1, Pressure.AVOID);
    hosts(Map.of(H1, Map.of(), H2, Map.of()));

    assertThat(spread(List.of(), Map.of("h2", Roomless.CLASHING))).isEqualTo(H1);
  }

  @Test
  void what_goes_with_something_goes_there_only_when_the_tenant_may_use_the_host()
      throws Exception {
    hosts(Map.of(H1, Map.of(), H2, Map.of()));
    assertThat(spread(List.of(H1), Map.of("h1", 5))).isEqualTo(H1);

    hosts(Map.of(H1, Map.of("berth.tenants", "lodgers")));
    assertThat(spread(List.of(H1), Map.of("h2", 5))).isEqualTo(H2);
    assertThat(spread(List.of(H1, H2), Map.of())).isEqualTo(H2);

    hosts(Map.of(H1, Map.of()));
    keep("node!=h1");
    assertThat(spread(List.of(H1), Map.of("h2", 5))).isEqualTo(H2);

    keep();
    pressure.put(H1, Pressure.REFUSE);
    hosts(Map.of(H1, Map.of()));
    assertThat(spread(List.of(H1), Map.of("h2", 5))).isEqualTo(H2);
  }

  @Test
  void a_tenant_is_kept_to_its_hosts_from_the_next_create_on_and_told_of_none() throws Exception {
    hosts(Map.of(H1, Map.of("zone", "a"), H2, Map.of("zone", "b")));
    keep("zone!=a");
    for (int i = 0; i < 3; i++) {
      assertThat(placer.place(Placers.wanted(Placer.Kind.CONTAINER, "c" + i)).place().host())
          .isEqualTo(H2);
    }
    assertThat(placer.place(Placers.wanted(Placer.Kind.REPLACEMENT, "again")).place().host())
        .isEqualTo(H2);
    assertThat(spread(List.of(), Map.of("h2", 5))).isEqualTo(H2);

    keep("zone!=a", "node!=h2");
    assertThatThrownBy(() -> placer.place(Placers.wanted(Placer.Kind.CONTAINER, "refused")))
        .isInstanceOf(RefusedPlacementException.class)
        .hasMessageContaining("[open to this tenant]")
        .message()
        .doesNotContain("h2", "zone");
    assertThatThrownBy(() -> spread(List.of(), Map.of()))
        .isInstanceOf(RefusedPlacementException.class)
        .hasMessage("no host that answers is open to this tenant; ask an operator for one");

    keep();
    assertThat(spread(List.of(), Map.of("h2", 5))).isEqualTo(H1);
  }

  private static List<Placer.Wanted> group(String... hints) throws Exception {
    return List.of(member("one", List.of(hints)), member("two", List.of()));
  }

  private static Placer.Wanted member(String name, List<String> hints) throws Exception {
    return new Placer.Wanted(
        Placer.Kind.REPLACEMENT,
        RecordId.random(),
        Placers.TENANT,
        name,
        Placers.body(),
        PlacementHints.of(hints),
        Set.of());
  }

  private void fill(HostId host) throws Exception {
    placer.place(Placers.boundTo(host, Placers.wanted(Placer.Kind.CONTAINER, "there")));
  }

  @Test
  void a_group_goes_to_a_pressed_host_only_when_no_calm_one_has_room() throws Exception {
    pressure.put(H2, Pressure.AVOID);
    hosts(Map.of(H2, Map.of(), H3, Map.of()));
    fill(H3);

    assertThat(placer.together(group(), H1)).contains(H3);

    placer.hostLeft(H3);
    assertThat(placer.together(group(), H1)).contains(H2);
  }

  @Test
  void a_group_goes_where_its_soft_hints_hold_unless_that_host_is_pressed() throws Exception {
    hosts(Map.of(H2, Map.of("zone", "a"), H3, Map.of("zone", "b")));
    fill(H3);

    assertThat(placer.together(group(), H1)).contains(H2);
    assertThat(placer.together(group("constraint:zone==~b"), H1)).contains(H3);
    assertThat(placer.together(group("constraint:zone==~nowhere"), H1)).contains(H2);

    pressure.put(H3, Pressure.AVOID);
    hosts(Map.of(H3, Map.of("zone", "b")));
    assertThat(placer.together(group("constraint:zone==~b"), H1)).contains(H2);
    keep("zone!=a");
    assertThat(placer.together(group(), H1)).contains(H3);
  }
}
